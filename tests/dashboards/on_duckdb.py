"""The text for any data source, as DuckDB reads it."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

SQLGLOT = {
    "duckdb": "duckdb",
    "postgres": "postgres",
    "redshift": "redshift",
    "bq": "bigquery",
    "sqlserver": "tsql",
}


def parsed(text: str, target: str) -> exp.Expression:
    """Parse a text as its data source's SQL.

    Args:
        text: One query.
        target: dbt target whose SQL it is.
    """
    (tree,) = sqlglot.parse(text, read=SQLGLOT[target])
    assert tree
    return tree


def translated(tree: exp.Expression) -> str:
    """Write a parsed query as DuckDB's SQL."""
    for kind in tree.find_all(exp.DataType):
        # T-SQL's flag; DuckDB's type of this name is a string of bits.
        if kind.this is exp.DataType.Type.BIT:
            kind.set("this", exp.DataType.Type.BOOLEAN)
    return tree.sql(dialect="duckdb")
