"""Parquet files one by one: what the union of all of them would hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from extract.duckdb_errors import told
from extract.errors import ExtractError
from extract.fields import text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Relation = Callable[[Sequence[str]], str]

_OPTIONS = "union_by_name = true, filename = true, hive_partitioning = false"
ANEW = (
    "Fetch the delivery again or have it delivered anew; nothing of this unit was "
    "loaded."
)
# What DuckDB raises for a value that is none of its column's type.
UNFIT = (
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.InvalidInputException,
)


def relation(paths: Sequence[str]) -> str:
    """Return SQL that reads files as one table, with their names."""
    return f"read_parquet({texts(paths)}, {_OPTIONS})"


def biggest_row_group(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[str]
) -> int:
    """Return the lines of the biggest row group, by the files' average."""
    row = connection.execute(
        "select max(num_rows // greatest(num_row_groups, 1)) "
        "from parquet_file_metadata($paths)",
        {"paths": paths},
    ).fetchone()
    return int(row[0] or 0) if row else 0


def require_columns(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[str], names: Sequence[str]
) -> None:
    """Raise if a file that has rows lacks a column; the union would read it as null.

    Args:
        connection: Where the files can be read.
        paths: The files.
        names: The columns, fields of structs by dotted path.
    """
    tests = []
    for name in names:
        path = text(name.replace(".", ", "))
        tests.append(
            "bool_or(lower(path_in_schema) = "
            f"{path} or starts_with(lower(path_in_schema), {path} || ', '))"
        )
    rows = connection.execute(
        f"select file_name, {', '.join(tests)} "  # noqa: S608
        f"from parquet_metadata({texts(paths)}) "
        "group by file_name having max(row_group_num_rows) > 0 order by file_name"
    ).fetchall()
    for file, *found in rows:
        if not all(found):
            lacking = [n for n, there in zip(names, found, strict=True) if not there]
            raise ExtractError(f"{file} has no column {', '.join(lacking)}. {ANEW}")


def null_cost_error(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[str],
    columns: Mapping[str, str],
    costs: Sequence[str],
    read: Relation = relation,
) -> ExtractError:
    """Return an error about lines without a cost, which would count as free.

    Args:
        connection: Where the files can be read.
        paths: The files.
        columns: SQL of the landed columns, by name.
        costs: SQL of those that make up the cost.
        read: Gives SQL that reads files as one table.
    """
    rows = connection.execute(
        f"select filename, {', '.join(f'count(*) - count({c})' for c in costs)} "  # noqa: S608
        f"from {read(paths)} group by filename order by filename"
    ).fetchall()
    names = {sql: name for name, sql in columns.items()}
    found = [
        (path, names.get(cost, cost), count)
        for path, *counts in rows
        for cost, count in zip(costs, counts, strict=True)
        if count
    ]
    path, name, count = found[0]
    others = len({path for path, *_ in found}) - 1
    more = f" (and {others} more files have such lines)" if others else ""
    return ExtractError(f"{name} is null in {count:,} lines of {path}{more}. {ANEW}")


def find_uncastable(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[str],
    columns: Mapping[str, str],
    read: Relation = relation,
) -> str | None:
    """Return a sentence about the first file and column that cannot be cast."""
    for path in paths:
        for name, sql in columns.items():
            try:
                connection.execute(f"select max({sql}) from {read([path])}")  # noqa: S608
            except UNFIT as error:
                return f"column {name} of {path} does not fit: {told(error)}"
            except duckdb.Error:
                # A column that this file lacks; it is the union's business.
                continue
    return None
