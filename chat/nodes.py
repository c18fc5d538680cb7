"""Short names for the pieces that statements are put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

if TYPE_CHECKING:
    from collections.abc import Iterator

# The registry's expressions are written in it.
REGISTRY_DIALECT = "duckdb"


def column(name: str) -> exp.Column:
    """Give a column."""
    return exp.column(name, quoted=True)


def named(value: exp.Expr, name: str) -> exp.Expr:
    """Give a value under a name."""
    return exp.alias_(value, name, quoted=True)


def parse(text: str) -> exp.Expr:
    """Read an expression of the registry."""
    return parse_one(text, dialect=REGISTRY_DIALECT)


def number(value: int) -> exp.Expr:
    """Give a number of ours; numbers of the question are bound."""
    return exp.Literal.number(value)


def conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the conditions that all have to hold."""
    if isinstance(condition, exp.Paren):
        yield from conjuncts(condition.this)
    elif isinstance(condition, exp.And):
        yield from conjuncts(condition.left)
        yield from conjuncts(condition.right)
    else:
        yield condition
