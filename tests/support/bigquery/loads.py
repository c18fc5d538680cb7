"""Load jobs: CSV, JSON lines and Parquet that are uploaded with them."""

import csv
import datetime as dt
import gzip
import io
import json
from collections.abc import Iterator
from typing import Any

import pyarrow.parquet as pq

from bigquery.googlesql import PARTITION_TIME, Rows
from bigquery.tables import Table
from bigquery.values import (
    STRING,
    Columns,
    columns_of,
    from_field,
    write,
)
from bigquery.warehouse import Warehouse

GZIP = b"\x1f\x8b"


def load(warehouse: Warehouse, config: dict[str, Any], data: bytes) -> int:
    """Carry out a load job; give the number of rows."""
    reference = config["destinationTable"]
    table_id, _, partition = reference["tableId"].partition("$")
    name = f"{reference['projectId']}.{reference['datasetId']}.{table_id}"
    fields = config.get("schema", {}).get("fields")
    is_replaced = config.get("writeDisposition") == "WRITE_TRUNCATE"
    if name not in warehouse.tables or (is_replaced and fields):
        columns = {field["name"]: from_field(field) for field in fields or []}
        warehouse.put(name, make_table(columns, config))
    table = warehouse.find(name)
    rows = Rows(table.rows.columns, pseudo=table.rows.pseudo)
    if not is_replaced:
        rows.data.CopyFrom(table.rows.data)
    if data.startswith(GZIP):
        data = gzip.decompress(data)
    loaded = 0
    for record in _records(config, data, table.rows.visible):
        row = rows.data.row.add()
        for column, kind in rows.columns.items():
            is_time = column == PARTITION_TIME
            value = _partition_time(partition) if is_time else record.get(column)
            write(row.cell.add(), value, kind)
        loaded += 1
    changed = Table(rows, resource=table.resource)
    changed.created_ms = table.created_ms
    warehouse.put(name, changed)
    return loaded


def make_table(columns: Columns, resource: dict[str, Any]) -> Table:
    """Give an empty table, with the pseudo column of one partitioned by ingestion."""
    kept = {
        key: resource[key]
        for key in ("timePartitioning", "clustering", "description", "labels")
        if resource.get(key)
    }
    partitioning = kept.get("timePartitioning")
    pseudo: tuple[str, ...] = ()
    if partitioning and not partitioning.get("field"):
        pseudo = (PARTITION_TIME,)
        columns = {**columns, **columns_of(**{PARTITION_TIME: "TIMESTAMP"})}
    return Table(Rows(columns, pseudo=pseudo), resource=kept)


def _partition_time(partition: str) -> dt.datetime:
    now = dt.datetime.now(dt.UTC)
    day = dt.date.fromisoformat(partition) if partition else now.date()
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


def _records(
    config: dict[str, Any], data: bytes, columns: Columns
) -> Iterator[dict[str, Any]]:
    kind = config.get("sourceFormat", "CSV")
    if kind == "PARQUET":
        yield from pq.read_table(io.BytesIO(data)).to_pylist(maps_as_pydicts="strict")
    elif kind == "NEWLINE_DELIMITED_JSON":
        yield from (json.loads(line) for line in data.decode().splitlines() if line)
    else:
        lines = list(csv.reader(io.StringIO(data.decode())))
        for line in lines[int(config.get("skipLeadingRows", 0)) :]:
            yield {
                # Of a text, BigQuery reads nothing between two commas as an empty one.
                name: value if value or kind == STRING else None
                for (name, kind), value in zip(columns.items(), line, strict=True)
            }
