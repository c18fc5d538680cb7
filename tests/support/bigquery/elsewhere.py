"""Queries that GoogleSQL's evaluator is too slow for, carried out by DuckDB.

The evaluator compiles every pattern of a LIKE for every pair of rows, so a join of SKUs
with thousands of patterns would take hours. GoogleSQL still analyses such a query and
says its types; sqlglot then translates it. README.md says which queries go this way.
"""

from typing import Any

import duckdb
import pyarrow as pa
import sqlglot

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
    "JSON": "varchar",
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
        translated = sqlglot.transpile(sql, read="bigquery", write="duckdb")[0]
        found = connection.execute(translated).fetchall()
    answer = Rows(dict(columns))
    for record in found:
        row = answer.data.row.add()
        for value, kind in zip(record, columns.values(), strict=True):
            write(row.cell.add(), value, kind)
    return answer


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
