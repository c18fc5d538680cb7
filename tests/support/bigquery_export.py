"""A billing export in a BigQuery for tests, partitioned by ingestion as Google's."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from bigquery import BigQuery
from bigquery.loads import load, make_table
from bigquery.values import from_field


def export(server: BigQuery, name: str, rows: pa.Table) -> None:
    """Export rows as Google does: each day's to the partition of that day.

    Args:
        server: The BigQuery.
        name: The table, as project.dataset.table; made if it is not there.
        rows: The rows.
    """
    project, dataset, table = name.split(".")
    if name not in server.warehouse.tables:
        server.make_dataset(f"{project}.{dataset}")
        columns = {field.name: from_field(_field(field)) for field in rows.schema}
        layout = {"timePartitioning": {"type": "DAY"}}
        server.warehouse.put(name, make_table(columns, layout))
    days = pc.strftime(rows["export_time"], "%Y%m%d")
    for day in sorted(set(days.to_pylist())):
        file = io.BytesIO()
        pq.write_table(rows.filter(pc.equal(days, day)), file)
        target = {
            "projectId": project,
            "datasetId": dataset,
            "tableId": f"{table}${day}",
        }
        config = {"destinationTable": target, "sourceFormat": "PARQUET"}
        load(server.warehouse, config, file.getvalue())


def _field(field: pa.Field) -> dict[str, Any]:
    kind, mode = field.type, "NULLABLE"
    if pa.types.is_list(kind):
        kind, mode = kind.value_type, "REPEATED"
    found = {"name": field.name, "mode": mode}
    if pa.types.is_struct(kind):
        return {**found, "type": "RECORD", "fields": [_field(part) for part in kind]}
    names = {
        pa.string(): "STRING",
        pa.float64(): "FLOAT64",
        pa.bool_(): "BOOL",
        pa.timestamp("us", "UTC"): "TIMESTAMP",
        pa.decimal128(38, 9): "NUMERIC",
    }
    return {**found, "type": names[kind]}
