"""Carry out INSERT, UPDATE, DELETE and the MERGE that dbt appends rows by."""

from typing import Any

from google.protobuf.message import Message

from bigquery.googlesql import Rows, text_of, unwrapped
from bigquery.outcome import Outcome, UnsupportedError
from bigquery.subqueries import with_values
from bigquery.tables import Table
from bigquery.values import columns_of
from bigquery.warehouse import Warehouse

ROW_NUMBER = "row_number_of_the_test_engine"


def insert(warehouse: Warehouse, sql: str, tree: Message) -> Outcome:
    """Append the rows that an INSERT makes."""
    target = _target(warehouse, sql, tree)
    table = warehouse.find(target)
    names = warehouse.sql.table_names(sql)
    made = warehouse.sql.modify(sql, warehouse.contents(names), None)
    rows = Rows(table.rows.columns, pseudo=table.rows.pseudo)
    rows.data.CopyFrom(table.rows.data)
    for new in made:
        rows.data.row.add().cell.extend(new.cell)
    _replace(table, rows)
    return Outcome("INSERT", affected=len(made), target=target)


def delete_or_update(warehouse: Warehouse, sql: str, tree: Message) -> Outcome:
    """Take out or change the rows that a DELETE or UPDATE names."""
    target = _target(warehouse, sql, tree)
    table = warehouse.find(target)
    names = warehouse.sql.table_names(sql)
    warehouse.sql.analyze(sql, warehouse.columns(names))
    sql = with_values(warehouse, sql)
    contents = warehouse.contents(warehouse.sql.table_names(sql))
    contents[target] = _numbered(table.rows)
    made = warehouse.sql.modify(sql, contents, (target, ROW_NUMBER))
    changed = {row.old_primary_key[0].int64_value: row for row in made}
    is_delete = type(tree).__name__ == "ASTDeleteStatementProto"
    rows = Rows(table.rows.columns, pseudo=table.rows.pseudo)
    for number, row in enumerate(table.rows.data.row):
        if number not in changed:
            rows.data.row.append(row)
        elif not is_delete:
            rows.data.row.add().cell.extend(changed[number].cell[:-1])
    _replace(table, rows)
    kind = "DELETE" if is_delete else "UPDATE"
    return Outcome(kind, affected=len(changed), target=target)


def _numbered(rows: Rows) -> Rows:
    """Give a table with one more column, by which GoogleSQL tells its rows apart."""
    numbers = columns_of(**{ROW_NUMBER: "INT64"})
    found = Rows({**rows.columns, **numbers}, pseudo=rows.pseudo)
    found.data.CopyFrom(rows.data)
    for number, row in enumerate(found.data.row):
        row.cell.add(int64_value=number)
    return found


def merge(warehouse: Warehouse, sql: str, tree: Any) -> Outcome:
    """Carry out a MERGE that only inserts, as dbt writes it for appended rows."""
    names = warehouse.sql.table_names(sql)
    warehouse.sql.analyze(sql, warehouse.columns(names))
    clauses = tree.when_clauses.clause_list
    is_false = text_of(sql, tree.merge_condition).strip("() ").lower() == "false"
    if not is_false or len(clauses) != 1:
        raise UnsupportedError("The test engine carries out MERGE ... ON FALSE only.")
    action = clauses[0].action
    columns = text_of(sql, action.insert_column_list)
    values = ", ".join(text_of(sql, value) for value in action.insert_row.values)
    target = _target(warehouse, sql, tree)
    source = text_of(sql, tree.table_expression)
    added = f"insert into `{target}` {columns} select {values} from {source}"
    outcome = insert(warehouse, added, warehouse.sql.parse(added))
    return Outcome("MERGE", affected=outcome.affected, target=target)


def _replace(table: Table, rows: Rows) -> None:
    table.rows = rows
    table.version = Table(rows).version


def _target(warehouse: Warehouse, sql: str, tree: Any) -> str:
    name = text_of(sql, unwrapped(tree.target_path)).strip("`")
    warehouse.find(name)
    return name
