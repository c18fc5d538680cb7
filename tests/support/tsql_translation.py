"""Says in DuckDB's SQL what a T-SQL statement says, so that it runs without a server.

It is a reading of T-SQL by sqlglot, not SQL Server: it shows what a statement computes,
while tsql_rules says whether SQL Server would take it.
"""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp
from tsql_values import BYTE_ORDER

# Functions of T-SQL that DuckDB has not, for a database in which statements are run.
FUNCTIONS = (
    "create or replace macro switchoffset(moment, zone) as timezone('UTC', moment)",
    """create or replace macro string_escape(text, kind) as
    substring(cast(to_json(text) as varchar), 2,
    length(cast(to_json(text) as varchar)) - 2)""",
)
SETTINGS = (
    "set TimeZone = 'UTC'",
    # T-SQL divides whole numbers to whole numbers.
    "set integer_division = true",
    # See docs/decisions/010-duckdb-optimizer.md.
    "set disabled_optimizers = 'common_subplan'",
)
# float is of 64 bits in T-SQL.
_KINDS = {exp.DataType.Type.BIT: "boolean", exp.DataType.Type.FLOAT: "double"}
# Lengths are not DuckDB's business, and it knows no `max`.
_KINDS |= dict.fromkeys(exp.DataType.TEXT_TYPES, "text")
_INTO = re.compile(r"^select \* into (?P<table>\S+) from", re.IGNORECASE)
_ALTER = re.compile(r"^create or alter view", re.IGNORECASE)


def in_duckdb(statement: str) -> str:
    """Return a statement in DuckDB's words."""
    text = _ALTER.sub("create or replace view", statement.strip())
    text = _INTO.sub(
        lambda found: f"create table {found['table']} as select * from", text
    )
    trees = sqlglot.parse(text, read="tsql")
    if len(trees) != 1 or trees[0] is None:
        raise ValueError(f"This is not one statement: {statement}")
    return (
        trees[0].transform(_without_byte_order).transform(_node).sql(dialect="duckdb")
    )


def _without_byte_order(node: exp.Expression) -> exp.Expression:
    """Leave out the collation that orders by bytes, as DuckDB does anyway."""
    is_byte_order = isinstance(node, exp.Collate) and node.expression.name == BYTE_ORDER
    return node.this if is_byte_order else node


def _node(node: exp.Expression) -> exp.Expression:
    """Return a part of a statement as DuckDB is to see it.

    What is replaced is not looked into again by sqlglot, so its parts are changed here.
    """
    if isinstance(node, exp.DataType) and node.this in _KINDS:
        return exp.DataType.build(_KINDS[node.this])
    if isinstance(node, exp.Anonymous) and node.name.lower() == "nchar":
        return exp.Anonymous(this="chr", expressions=node.expressions)
    if isinstance(node, exp.JSONExtractScalar):
        path = sqlglot.parse_one(node.expression.sql(dialect="tsql"))
        text = node.this.transform(_node)
        return exp.Anonymous(this="json_extract_string", expressions=[text, path])
    # The style 2 makes hexadecimal text, which is what DuckDB's md5() gives.
    if isinstance(node, exp.Convert) and isinstance(node.expression, exp.MD5):
        return node.expression.transform(_node)
    # dateadd(month, datediff(month, 0, x), 0): 0 is the first day that T-SQL knows.
    if isinstance(node, exp.DateAdd) and node.this.sql() == "0":
        node.set("this", sqlglot.parse_one("cast('1900-01-01' as timestamp)"))
    if isinstance(node, exp.Add) and _adds_text(node):
        left, right = (part.transform(_node) for part in (node.left, node.right))
        return exp.DPipe(this=left, expression=right, safe=True)
    return node


def _adds_text(node: exp.Expression) -> bool:
    """Tell whether an operand of a sum is a text, so that + puts texts together."""
    if isinstance(node, exp.Add):
        return _adds_text(node.left) or _adds_text(node.right)
    return isinstance(node, exp.Literal) and node.is_string
