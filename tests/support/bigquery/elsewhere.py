"""Queries that GoogleSQL's evaluator is too slow for, carried out by DuckDB.

The evaluator compiles every pattern of a LIKE for every pair of rows, so a join of SKUs
with thousands of patterns would take hours. GoogleSQL still analyses such a query and
says its types; sqlglot then translates it. README.md says which queries go this way.
"""

from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp, parse_one

from bigquery.googlesql import Rows
from bigquery.values import REST, Columns, read, write

DUCKDB = {
    "STRING": "varchar",
    "INTEGER": "bigint",
    "FLOAT": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "bigint",
    "NUMERIC": "decimal(38, 9)",
    "BIGNUMERIC": "decimal(38, 18)",
    "JSON": "varchar",
}
# What a decimal without digits is: DuckDB's has three after the point, BigQuery's nine.
# Of the 76 digits of a BIGNUMERIC DuckDB has room for half; these keep 20 before the
# point, and what has more is an error, never another amount.
DECIMALS = {
    exp.DataType.Type.DECIMAL: DUCKDB["NUMERIC"],
    exp.DataType.Type.BIGDECIMAL: DUCKDB["BIGNUMERIC"],
}


def evaluate_elsewhere(sql: str, tables: dict[str, Rows], columns: Columns) -> Rows:
    """Give the answer of a query.

    Args:
        sql: The query, in GoogleSQL.
        tables: The tables that it names.
        columns: The answer's columns, as GoogleSQL's analyser gives them.
    """
    with duckdb.connect() as connection:
        for number, (name, rows) in enumerate(tables.items()):
            _create(connection, f"table_{number}", rows)
            sql = sql.replace(f"`{name}`", f"`table_{number}`")
        found = connection.execute(translated(sql)).fetchall()
    answer = Rows(dict(columns))
    for record in found:
        row = answer.data.row.add()
        for value, kind in zip(record, columns.values(), strict=True):
            write(row.cell.add(), value, kind)
    return answer


def translated(sql: str) -> str:
    """Give a query of GoogleSQL in DuckDB's words; decimals keep their digits."""
    tree = parse_one(sql, read="bigquery")
    for kind in list(tree.find_all(exp.DataType)):
        if kind.this in DECIMALS and not kind.expressions:
            kind.replace(exp.DataType.build(DECIMALS[kind.this], dialect="duckdb"))
    return tree.sql(dialect="duckdb")


def _create(connection: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    """Make a table, by way of text, which DuckDB then casts."""
    texts: dict[str, Any] = {}
    casts = []
    for place, (column, kind) in enumerate(rows.columns.items()):
        values = [read(row.cell[place], kind) for row in rows.data.row]
        texts[column] = pa.array(values, pa.string())
        word = REST[kind.type_kind]
        cast = f'cast("{column}" as {DUCKDB[word]})'
        if word == "TIMESTAMP":
            # Through an instant without a zone: fetching one with a zone needs pytz.
            cast = f"make_timestamp({cast})"
        casts.append(f'{cast} as "{column}"')
    connection.register("texts", pa.table(texts))
    connection.execute(f'create table "{name}" as select {", ".join(casts)} from texts')
    connection.unregister("texts")
