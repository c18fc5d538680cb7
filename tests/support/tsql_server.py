"""Stands in for SQL Server where there is none: records T-SQL, and computes it.

Behind the driver that tsql_driver gives to dbt-sqlserver, over a DuckDB file. A batch
is taken apart and each statement is run as DuckDB understands it (tsql_translation), so
that a whole `dbt build` goes through the real adapter, its macros, hooks and both kinds
of incremental runs. Questions to SQL Server's catalogue are answered from DuckDB's; one
that is not known here is an error. What SQL Server would refuse is for tsql_rules to
say, over the record.
"""

from __future__ import annotations

import json
import re
import threading
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
from tsql_batches import statements
from tsql_translation import FUNCTIONS, SETTINGS, in_duckdb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DATABASE = "llm_costs"
_IGNORED = re.compile(r"^(use \[|set |declare @)", re.IGNORECASE)
_RENAME = re.compile(r"^EXEC sp_rename '(\w+)\.(\w+)', '(\w+)'", re.IGNORECASE)
_CREATE_SCHEMA = re.compile(
    r"^create schema [\[\"](\w+)[\]\"]( authorization \"\w+\")?$", re.IGNORECASE
)
# DuckDB has no roles and refuses nobody anything.
_RIGHTS = re.compile(r"^((create|alter|drop) role|grant) ", re.IGNORECASE)
# What SQL Server calls the types of DuckDB's columns, and their length.
_TYPES = {
    "VARCHAR": ("nvarchar", 2000),
    "BOOLEAN": ("bit", 1),
    "BIGINT": ("bigint", 8),
    "HUGEINT": ("bigint", 8),
    "INTEGER": ("int", 4),
    "DOUBLE": ("float", 8),
    "DATE": ("date", 3),
    "TIMESTAMP": ("datetime2", 8),
    "TIMESTAMP WITH TIME ZONE": ("datetimeoffset", 10),
    "DECIMAL": ("decimal", 17),
}
Rows = list[tuple[Any, ...]]


class Error(Exception):
    """What the driver raises."""


class Server:
    """One database, used by one statement at a time, and the record of all batches."""

    def __init__(self, warehouse: Path, record: Path) -> None:
        """Open the DuckDB file; batches are added to the record, one JSON a line."""
        self._record = record
        self._lock = threading.RLock()
        self._connection = duckdb.connect()
        self._connection.execute(f"attach '{warehouse}' as {DATABASE}")
        self._connection.execute(f"use {DATABASE}")
        for statement in (*FUNCTIONS, *SETTINGS):
            self._connection.execute(statement)

    def run(self, batch: str, values: Sequence[Any]) -> tuple[list[Any] | None, Rows]:
        """Run a batch; return the description and the rows of its last result."""
        with self._lock:
            with self._record.open("a", encoding="utf-8") as record:
                record.write(json.dumps({"batch": batch}) + "\n")
            result: tuple[list[Any] | None, Rows] = (None, [])
            for statement in statements(batch):
                try:
                    answer = self._one(statement, values)
                except duckdb.CatalogException as error:
                    # The state by which a missing table is known.
                    raise Error("42S02", f"{error}\n{statement}") from error
                except duckdb.Error as error:
                    raise Error("42000", f"{error}\n{statement}") from error
                result = answer if answer[0] is not None else result
            return result

    def _one(
        self, statement: str, values: Sequence[Any]
    ) -> tuple[list[Any] | None, Rows]:
        if _IGNORED.match(statement) or _RIGHTS.match(statement):
            return None, []
        if renamed := _RENAME.match(statement):
            return self._rename(*renamed.groups())
        if made := _CREATE_SCHEMA.match(statement):
            return self._ask(f"create schema if not exists {made[1]}")
        if re.search(r"\bsys\.|\bschema_id\(", statement):
            return self._catalogue(statement)
        return self._ask(in_duckdb(statement), values)

    def _ask(
        self, query: str, values: Sequence[Any] = ()
    ) -> tuple[list[Any] | None, Rows]:
        cursor = self._connection.execute(query, list(values))
        if not query.lower().startswith(("select", "with")):
            return None, []
        rows = cursor.fetchall()
        return [
            (column[0], _python_type(column[1])) for column in cursor.description
        ], rows

    def _rename(self, schema: str, old: str, new: str) -> tuple[None, Rows]:
        kinds = self._connection.execute(
            "select table_type from information_schema.tables "
            "where table_schema = ? and table_name = ?",
            [schema, old],
        ).fetchone()
        kind = "view" if kinds and kinds[0] == "VIEW" else "table"
        self._connection.execute(f"alter {kind} {schema}.{old} rename to {new}")
        return None, []

    def _catalogue(self, question: str) -> tuple[list[Any] | None, Rows]:
        """Answer a question to SQL Server's catalogue."""
        if "@schema_id" in question:
            return self._relations(question)
        if "from sys.columns c" in question and "column_name" in question:
            return self._columns(question)
        if "as view_name" in question and "schema_id(N'" in question:
            return self._views(question)
        if "name as [schema]" in question:
            return self._ask('select schema_name as "schema" from duckdb_schemas()')
        for words, answer in _ANSWERS.items():
            if words in question:
                return answer
        raise Error(f"No answer is known to this question to the catalogue: {question}")

    def _relations(self, question: str) -> tuple[list[Any] | None, Rows]:
        schema = re.search(r"'(\w+)' as \[schema\]", question)
        name = re.search(r"t\.name = '(\w+)'", question)
        if schema is None:
            raise Error(f"There is no schema in {question}")
        return self._ask(
            'select table_catalog as "database", table_name as name, '
            'table_schema as "schema", '
            "case table_type when 'VIEW' then 'view' else 'table' end as table_type "
            "from information_schema.tables where table_catalog = ? "
            "and table_schema = ? and coalesce(?, table_name) = table_name",
            [DATABASE, schema[1], name[1] if name else None],
        )

    def _views(self, question: str) -> tuple[list[Any] | None, Rows]:
        schema = re.search(r"schema_id\(N'(\w+)'\)", question)
        return self._ask(
            "select view_name from duckdb_views() where schema_name = ?",
            [schema[1] if schema else None],
        )

    def _columns(self, question: str) -> tuple[list[Any] | None, Rows]:
        relation = re.search(r"object_id\('([^']+)'\)", question)
        if relation is None:
            raise Error(f"No relation is named here: {question}")
        schema, name = relation[1].replace('"', "").split(".")[-2:]
        rows = self._connection.execute(
            "select column_name, data_type, numeric_precision, numeric_scale "
            "from information_schema.columns where table_catalog = ? "
            "and table_schema = ? and table_name = ? order by ordinal_position",
            [DATABASE, schema, name],
        ).fetchall()
        names = ["column_name", "data_type", "character_maximum_length"]
        names += ["numeric_precision", "numeric_scale"]
        return [(each, str) for each in names], [
            (column, *_TYPES[kind.split("(")[0]], precision, scale)
            for column, kind, precision, scale in rows
        ]


def _nothing(*columns: str) -> tuple[list[Any], Rows]:
    return [(column, str) for column in columns], []


def _python_type(kind: Any) -> type:
    name = str(kind)
    if name.startswith("DECIMAL"):
        return Decimal
    return {"BIGINT": int, "INTEGER": int, "HUGEINT": int, "DOUBLE": float}.get(
        name, str
    )


# Answers that are always the same: there is no index, mask, mark or definition, so
# views are made anew each time.
_ANSWERS: dict[str, tuple[list[Any], Rows]] = {
    "sys.sql_expression_dependencies": _nothing("schema_name", "view_name"),
    "needs_refresh": _nothing("definition", "needs_refresh"),
    "marker_count": ([("marker_count", int)], [(0,)]),
    "sys.masked_columns": _nothing("name", "masking_function"),
    "from sys.indexes i": _nothing("name"),
    # As docs/warehouses/sqlserver.md sets it up, with a user in each tenant's role.
    "as owner_name": ([("owner_name", str)], [("llm_costs_builder",)]),
    "as member_name": ([("member_name", str)], [("grafana_of_acme",)]),
}
