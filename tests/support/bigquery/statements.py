"""Carry out statements: queries, DDL and DML, as far as dbt and dlt send them."""

import re
from collections.abc import Callable
from typing import Any

from google.protobuf.message import Message

from bigquery.dml import delete_or_update, insert, merge
from bigquery.googlesql import InvalidError, Rows, attribute, text_of, unwrapped
from bigquery.outcome import Outcome, UnsupportedError
from bigquery.subqueries import with_values
from bigquery.tables import Table, in_dataset
from bigquery.values import columns_of
from bigquery.warehouse import Warehouse, empty, joined_names

# Literals, quoted names and comments, in which nothing has a meaning; then what has.
TOKEN = re.compile(
    r"('''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`"
    r"|--[^\n]*|\#[^\n]*|/\*.*?\*/)|(;)",
    re.DOTALL,
)
COMMENT = re.compile(r"\s*(?:/\*.*?\*/|--[^\n]*(?:\n|$)|\#[^\n]*(?:\n|$))", re.DOTALL)
# dlt declares a variable whether or not it has a table to use it for.
DECLARATION = re.compile(r"declare\s+\w+\s+\w+\s*", re.IGNORECASE)
REPLACES, KEEPS = 1, 2


def run(warehouse: Warehouse, sql: str) -> Outcome:
    """Carry out a statement, or several one after the other."""
    statements = split(sql)
    if not statements:
        raise InvalidError("Syntax error: Unexpected end of statement")
    outcomes = [_run_one(warehouse, joined_names(text)) for text in statements]
    return outcomes[0] if len(outcomes) == 1 else Outcome("SCRIPT")


def split(script: str) -> list[str]:
    """Give the statements of a script, without comments before them."""
    found, start = [], 0
    for token in TOKEN.finditer(f"{script}\n;"):
        if token[2]:
            found.append(script[start : token.start()])
            start = token.end()
    return [text for part in found if (text := _without_comments(part))]


def _without_comments(sql: str) -> str:
    while comment := COMMENT.match(sql):
        sql = sql[comment.end() :]
    return sql.strip()


def _run_one(warehouse: Warehouse, sql: str) -> Outcome:
    if DECLARATION.fullmatch(sql):
        return Outcome("SCRIPT")
    tree = warehouse.sql.parse(sql)
    kind = type(tree).__name__.removeprefix("AST").removesuffix("StatementProto")
    if kind not in STATEMENTS:
        raise UnsupportedError(f"The test engine does not carry out {kind} statements.")
    return STATEMENTS[kind](warehouse, sql, tree)


def _query(warehouse: Warehouse, sql: str, _: Message) -> Outcome:
    return Outcome("SELECT", rows=_answer(warehouse, sql))


def _answer(warehouse: Warehouse, sql: str) -> Rows:
    sql = with_values(warehouse, sql)
    names = warehouse.sql.table_names(sql)
    return warehouse.answer(sql, names)


def _create_schema(warehouse: Warehouse, sql: str, _: Message) -> Outcome:
    resolved = unwrapped(warehouse.sql.analyze(sql, {}))
    name = ".".join(attribute(resolved, "name_path"))
    warehouse.datasets.setdefault(name, {"location": "US"})
    return Outcome("CREATE_SCHEMA")


def _create_table(warehouse: Warehouse, sql: str, tree: Any) -> Outcome:
    sources = warehouse.sql.table_names(sql)
    resolved: Any = warehouse.sql.analyze(sql, warehouse.columns(sources))
    name = ".".join(attribute(resolved, "name_path"))
    is_query = tree.HasField("query")
    kind = "CREATE_TABLE_AS_SELECT" if is_query else "CREATE_TABLE"
    mode = attribute(resolved, "create_mode")
    if name in warehouse.tables and mode != REPLACES:
        if mode == KEEPS:
            return Outcome(kind, target=name)
        raise InvalidError(f"Already Exists: Table {name}")
    definitions = attribute(resolved, "column_definition_list")
    columns = {column.name: column.type for column in definitions}
    rows = empty(columns)
    if is_query:
        query = with_values(warehouse, text_of(sql, tree.query))
        read = warehouse.sql.table_names(query)
        rows = warehouse.evaluate(name, query, read, columns)
    resource = {**_options(resolved), **_layout(resolved)}
    warehouse.put(name, Table(rows, resource=resource))
    return Outcome(kind, affected=len(rows.data.row) if is_query else None, target=name)


def _options(resolved: Message) -> dict[str, Any]:
    for option in attribute(resolved, "option_list"):
        if option.name == "description":
            value = attribute(unwrapped(option.value), "value")
            return {"description": value.value.string_value}
    return {}


def _layout(resolved: Any) -> dict[str, Any]:
    """Give partitions and clusters as the REST interface does."""
    found: dict[str, Any] = {}
    if resolved.partition_by_list:
        column = unwrapped(resolved.partition_by_list[0])
        if type(column).__name__ != "ResolvedColumnRefProto":
            raise UnsupportedError("The test engine partitions by plain columns only.")
        if attribute(column, "column").type != columns_of(date="DATE")["date"]:
            raise InvalidError(
                "PARTITION BY expression must be DATE(<timestamp_column>), a DATE "
                "column, ..."
            )
        name = attribute(column, "column").name
        found["timePartitioning"] = {"type": "DAY", "field": name}
    if resolved.cluster_by_list:
        fields = [
            attribute(unwrapped(item), "column").name
            for item in resolved.cluster_by_list
        ]
        found["clustering"] = {"fields": fields}
    return found


def _create_view(warehouse: Warehouse, sql: str, _: Message) -> Outcome:
    sources = warehouse.sql.table_names(sql)
    resolved = warehouse.sql.analyze(sql, warehouse.columns(sources))
    name = ".".join(attribute(resolved, "name_path"))
    columns = attribute(resolved, "output_column_list")
    view = Table(
        empty({column.name: column.column.type for column in columns}),
        view=attribute(resolved, "sql"),
        sources=tuple(sources),
        resource=_options(resolved),
    )
    warehouse.put(name, view)
    return Outcome("CREATE_VIEW", target=name)


def _drop(warehouse: Warehouse, sql: str, _: Message) -> Outcome:
    resolved = warehouse.sql.analyze(sql, {})
    name = ".".join(attribute(resolved, "name_path"))
    kind = attribute(resolved, "object_type")
    if kind == "SCHEMA":
        for table in in_dataset(warehouse.tables, name):
            warehouse.drop(f"{name}.{table}")
        warehouse.datasets.pop(name, None)
    else:
        is_if_exists = attribute(resolved, "is_if_exists")
        warehouse.drop(name, is_if_exists=is_if_exists)
    return Outcome(f"DROP_{kind}")


def _alter_table(warehouse: Warehouse, sql: str, tree: Any) -> Outcome:
    """Carry out SET OPTIONS, which dbt sends after a seed; options change no row."""
    target = text_of(sql, unwrapped(tree).parent.path).strip("`")
    resolved = warehouse.sql.analyze(sql, warehouse.columns([target]))
    actions = attribute(resolved, "alter_action_list")
    if any("SetOptions" not in type(unwrapped(action)).__name__ for action in actions):
        raise UnsupportedError("The test engine alters the options of tables only.")
    return Outcome("ALTER_TABLE", target=target)


STATEMENTS: dict[str, Callable[[Warehouse, str, Any], Outcome]] = {
    "Query": _query,
    "AlterTable": _alter_table,
    "CreateSchema": _create_schema,
    "CreateTable": _create_table,
    "CreateView": _create_view,
    "Drop": _drop,
    "Insert": insert,
    "Delete": delete_or_update,
    "Update": delete_or_update,
    "Merge": merge,
}
