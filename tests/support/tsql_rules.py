"""Says what SQL Server would refuse, or compute otherwise, in a T-SQL statement.

Rules over words (tsql_words) and over sqlglot's syntax tree (tsql_shapes). They are
stricter than other engines that take T-SQL: these take PostgreSQL's functions, ordinals
in GROUP BY or an ORDER BY in a view, and SQL Server does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from tsql_batches import without_comments, without_strings
from tsql_shapes import SHAPES
from tsql_words import (
    FUNCTIONS,
    MARKERS,
    RESERVED,
    SIZED_TYPES,
    TYPES,
    WORDS_BEFORE_PARENTHESES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

MAXIMUM_PARAMETERS = 2_100
MAXIMUM_ROWS = 1_000
MAXIMUM_NAME = 127
_CALL = re.compile(r"(?<![\w.\]\"@])([a-z_]\w*)\s*\(")


def findings(statement: str) -> list[str]:
    """Return what is wrong with one statement, each finding once."""
    return sorted({*_of_words(statement), *_of_shapes(statement)})


def _of_words(statement: str) -> Iterator[str]:
    bare = without_strings(statement).lower()
    yield from (name for name, word in MARKERS.items() if re.search(word, bare))
    if not without_comments(statement).isascii():
        # dbt-sqlserver sends what it runs as EXEC('...'), in the database's code page.
        yield "characters that not every code page has"
    if bare.count("?") > MAXIMUM_PARAMETERS:
        yield "too many parameters"
    # A table that is inserted into has its columns in parentheses.
    called = re.sub(r"\b(into|table)\s+[\w.\"\[\]]+\s*\(", r"\1 (", bare)
    called = re.sub(
        r"\bwith\s+\w+\s*\(|\bas\s+\w+\s*\((?=[^()]*\))", _types_only, called
    )
    known = FUNCTIONS | TYPES | WORDS_BEFORE_PARENTHESES
    yield from (
        f"function {name}()" for name in _CALL.findall(called) if name not in known
    )
    yield from _of_types(bare)


def _of_types(bare: str) -> Iterator[str]:
    for name in re.findall(r"\bas\s+(\w+)\s*\)", bare):
        if name in SIZED_TYPES:
            yield f"type {name} without a size"
    for name in re.findall(r"\bcast\s*\((?:[^()]|\([^()]*\))*\bas\s+(\w+)", bare):
        if name not in TYPES:
            yield f"type {name}"


def _types_only(found: re.Match[str]) -> str:
    """Leave `as decimal(` alone, drop the parenthesis of `as alias (columns)`."""
    name = found[0].rstrip("( ").split()[-1]
    return found[0] if name in TYPES else found[0].rstrip("(")


def _of_shapes(statement: str) -> Iterator[str]:
    try:
        trees = [tree for tree in sqlglot.parse(statement, read="tsql") if tree]
    except sqlglot.errors.SqlglotError as error:
        yield f"no T-SQL: {str(error).splitlines()[0]}"
        return
    for tree in trees:
        if isinstance(tree, exp.Command):
            yield f"no T-SQL that is understood here: {tree.sql()[:60]}"
            continue
        for name, shape in SHAPES.items():
            if shape(tree):
                yield name
        yield from _of_names(tree)
        yield from _of_columns(tree)


def _of_names(tree: exp.Expression) -> Iterator[str]:
    for identifier in tree.find_all(exp.Identifier):
        name = identifier.name
        if len(name) > MAXIMUM_NAME:
            yield f"a name of {len(name)} characters"
        if not identifier.args.get("quoted") and name.lower() in RESERVED:
            yield f"reserved word {name} as a name"
    for values in tree.find_all(exp.Values):
        if len(values.expressions) > MAXIMUM_ROWS:
            yield "too many rows of values"


def _of_columns(tree: exp.Expression) -> Iterator[str]:
    """Judge the types of a new table's columns; varchar is one character long there."""
    for column in tree.find_all(exp.ColumnDef):
        name = column.kind.this.name.lower() if column.kind else ""
        if name in SIZED_TYPES and column.kind and not column.kind.expressions:
            yield f"type {name} without a size"
        # datetimeoffset is timestamptz to sqlglot; the word itself is a marker.
        elif name not in TYPES | {"timestamptz"}:
            yield f"type {name}"
