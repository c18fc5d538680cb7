"""INFORMATION_SCHEMA and __TABLES__, from which dbt and dlt learn what there is."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bigquery.googlesql import Rows
from bigquery.tables import NotFoundError, Table, in_dataset
from bigquery.values import Columns, columns_of, sql_name, write

Tables = Mapping[str, Table]
Datasets = Mapping[str, Mapping[str, Any]]

COLUMNS = columns_of(
    table_catalog="STRING",
    table_schema="STRING",
    table_name="STRING",
    column_name="STRING",
    ordinal_position="INT64",
    is_nullable="STRING",
    data_type="STRING",
    is_hidden="STRING",
    is_partitioning_column="STRING",
    clustering_ordinal_position="INT64",
)
COLUMN_FIELD_PATHS = columns_of(
    table_catalog="STRING",
    table_schema="STRING",
    table_name="STRING",
    column_name="STRING",
    field_path="STRING",
    data_type="STRING",
    description="STRING",
)
TABLES = columns_of(
    table_catalog="STRING",
    table_schema="STRING",
    table_name="STRING",
    table_type="STRING",
    creation_time="TIMESTAMP",
)
TABLE_OPTIONS = columns_of(
    table_catalog="STRING",
    table_schema="STRING",
    table_name="STRING",
    option_name="STRING",
    option_type="STRING",
    option_value="STRING",
)
MATERIALIZED_VIEWS = columns_of(
    table_catalog="STRING", table_schema="STRING", table_name="STRING"
)
SCHEMATA = columns_of(
    catalog_name="STRING", schema_name="STRING", location="STRING", ddl="STRING"
)
DUNDER_TABLES = columns_of(
    project_id="STRING",
    dataset_id="STRING",
    table_id="STRING",
    creation_time="INT64",
    last_modified_time="INT64",
    row_count="INT64",
    size_bytes="INT64",
    type="INT64",
)
KINDS = {"TABLE": 1, "VIEW": 2}


def is_metadata(name: str) -> bool:
    """Whether a name is one of these instead of a table's."""
    return ".INFORMATION_SCHEMA." in name.upper() or name.endswith(".__TABLES__")


def metadata(datasets: Datasets, tables: Tables, name: str) -> Rows:
    """Give the rows of `project.dataset.INFORMATION_SCHEMA.view` or `….__TABLES__`."""
    if name.endswith(".__TABLES__"):
        dataset = name.removesuffix(".__TABLES__")
        return _rows(DUNDER_TABLES, _dunder_tables(tables, dataset))
    before, view = name[: name.upper().index(".INFORMATION_SCHEMA.")], name.upper()
    view = view.rpartition(".")[2]
    if view == "SCHEMATA":
        return _rows(SCHEMATA, _schemata(datasets))
    if before not in datasets:
        raise NotFoundError(f"Not found: Dataset {before.replace('.', ':', 1)}")
    columns, make = VIEWS[view]
    return _rows(columns, make(tables, before))


def _rows(columns: Columns, records: Iterator[dict[str, Any]]) -> Rows:
    rows = Rows(columns)
    for record in records:
        row = rows.data.row.add()
        for name, kind in columns.items():
            write(row.cell.add(), record.get(name), kind)
    return rows


def _named(dataset: str, name: str) -> dict[str, str]:
    project, _, schema = dataset.partition(".")
    return {"table_catalog": project, "table_schema": schema, "table_name": name}


def _tables(tables: Tables, dataset: str) -> Iterator[dict[str, Any]]:
    for name, table in in_dataset(tables, dataset).items():
        kind = "VIEW" if table.view else "BASE TABLE"
        yield {**_named(dataset, name), "table_type": kind}


def _columns(tables: Tables, dataset: str) -> Iterator[dict[str, Any]]:
    for name, table in in_dataset(tables, dataset).items():
        for place, (column, kind) in enumerate(table.rows.visible.items(), start=1):
            yield {
                **_named(dataset, name),
                "column_name": column,
                "ordinal_position": place,
                "is_nullable": "YES",
                "data_type": sql_name(kind),
                "is_hidden": "NO",
                "is_partitioning_column": _is_partition(table, column),
                "clustering_ordinal_position": _cluster_place(table, column),
            }


def _field_paths(tables: Tables, dataset: str) -> Iterator[dict[str, Any]]:
    for column in _columns(tables, dataset):
        yield {**column, "field_path": column["column_name"]}


def _table_options(tables: Tables, dataset: str) -> Iterator[dict[str, Any]]:
    for name, table in in_dataset(tables, dataset).items():
        if words := table.resource.get("description"):
            yield {
                **_named(dataset, name),
                "option_name": "description",
                "option_type": "STRING",
                # As a literal in quotation marks, which dbt reads as JSON.
                "option_value": json.dumps(words, ensure_ascii=False),
            }


def _materialized_views(_tables: Tables, _dataset: str) -> Iterator[dict[str, Any]]:
    """None: the test engine makes no materialized views."""
    return iter(())


def _is_partition(table: Table, column: str) -> str:
    partition = table.resource.get("timePartitioning", {})
    return "YES" if partition.get("field") == column else "NO"


def _cluster_place(table: Table, column: str) -> int | None:
    fields = table.resource.get("clustering", {}).get("fields", [])
    return fields.index(column) + 1 if column in fields else None


def _schemata(datasets: Datasets) -> Iterator[dict[str, Any]]:
    for dataset, resource in datasets.items():
        project, _, schema = dataset.partition(".")
        location = resource.get("location", "US")
        yield {
            "catalog_name": project,
            "schema_name": schema,
            "location": location,
        }


def _dunder_tables(tables: Tables, dataset: str) -> Iterator[dict[str, Any]]:
    project, _, schema = dataset.partition(".")
    for name, table in in_dataset(tables, dataset).items():
        yield {
            "project_id": project,
            "dataset_id": schema,
            "table_id": name,
            "creation_time": table.created_ms,
            "last_modified_time": table.created_ms,
            "row_count": len(table.rows.data.row),
            "size_bytes": table.rows.data.ByteSize(),
            "type": KINDS[table.kind],
        }


VIEWS = {
    "TABLES": (TABLES, _tables),
    "COLUMNS": (COLUMNS, _columns),
    "COLUMN_FIELD_PATHS": (COLUMN_FIELD_PATHS, _field_paths),
    "TABLE_OPTIONS": (TABLE_OPTIONS, _table_options),
    "MATERIALIZED_VIEWS": (MATERIALIZED_VIEWS, _materialized_views),
}
