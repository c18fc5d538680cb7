"""Bills as they come on bad days: the same charges, delivered less tidily.

AWS keeps an earlier and smaller delivery beside each month, in folders of their own,
and its files do not agree on their columns. Google spells SKUs in another way from the
middle of every month on, whose ids stay, and the first file of a month lacks columns
that came later. Nothing of it changes what anything costs. (That Azure renames its
services is a part of every history.)
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from sample_bills.aws_month import BUCKET, EXPORT, PREFIX

if TYPE_CHECKING:
    from pathlib import Path

MIDDLE = 15
# Columns that the first file of a month has not.
LATER_OF_AWS = ("split_line_item_split_cost", "split_line_item_unused_cost", "discount")
LATER_OF_GCP = ("tags", "cost_at_effective_price_default")
# A column that is null throughout has whatever type its writer thought of.
NULL_OF_AWS = "savings_plan_purchase_term"
UNKNOWN = "line_item_of_a_later_release"


def make_unruly(folder: Path) -> None:
    """Deliver the bills of a folder less tidily.

    Args:
        folder: Where `write_bills` has written them.
    """
    export = folder / "aws" / BUCKET / PREFIX / EXPORT
    for month in sorted(export.glob("data/*")):
        _deliver_twice(export, month.name)
    for month in sorted(folder.glob("gcp/billing_export/*/invoice_month=*")):
        for number, path in enumerate(sorted(month.glob("*.parquet"))):
            _rename_skus(path, is_first=number == 0)


def _deliver_twice(export: Path, partition: str) -> None:
    """Move a month into a delivery's folder, and keep an earlier one beside it."""
    data, metadata = export / "data" / partition, export / "metadata" / partition
    manifest = json.loads((metadata / f"{EXPORT}-Manifest.json").read_text())
    execution = str(manifest["executionId"])
    month = date.fromisoformat(f"{partition.rpartition('=')[2]}-01")
    files = sorted(data.glob("*.parquet"))
    for number, path in enumerate(files):
        table = _drift(pq.read_table(path), number, len(files))
        path.unlink()
        for day, rows in ((MIDDLE, table.num_rows // 2), (MIDDLE + 5, table.num_rows)):
            target = data / _run(month, day, execution) / path.name
            target.parent.mkdir(exist_ok=True)
            pq.write_table(table.slice(0, rows), target)
    for day in (MIDDLE, MIDDLE + 5):
        run = _run(month, day, execution)
        base = f"s3://{BUCKET}/{PREFIX}/{EXPORT}/data/{partition}/{run}"
        content = manifest | {
            "executionId": run,
            "dataFiles": [f"{base}/{path.name}" for path in files],
        }
        # The one above the folders is always that of the newest delivery.
        for place in (metadata / run, metadata):
            place.mkdir(exist_ok=True)
            path = place / f"{EXPORT}-Manifest.json"
            path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _run(month: date, day: int, execution: str) -> str:
    moment = month + timedelta(days=day - 1)
    return f"{moment}T13:09:00.126Z-{execution}"


def _drift(table: pa.Table, number: int, count: int) -> pa.Table:
    """Give a file's columns another shape than the next file's."""
    if number == 0:
        table = table.drop_columns(list(LATER_OF_AWS))
        place = table.column_names.index(NULL_OF_AWS)
        nothing = pa.nulls(table.num_rows, pa.int32())
        table = table.set_column(place, NULL_OF_AWS, nothing)
    if number == count - 1:
        table = table.append_column(UNKNOWN, pa.array(["?"] * table.num_rows))
    return table


def _rename_skus(path: Path, *, is_first: bool) -> None:
    """Give SKUs of the second half of a month a description of another spelling."""
    # Read by itself: its folder's name is no column of it.
    table = pq.ParquetFile(path).read()
    place = table.column_names.index("sku")
    skus = table["sku"].to_pylist()
    starts = table["usage_start_time"].to_pylist()
    renamed = [
        _respelled(sku) if sku and start and start.day >= MIDDLE else sku
        for sku, start in zip(skus, starts, strict=True)
    ]
    column = pa.array(renamed, table.schema.field("sku").type)
    table = table.set_column(place, table.schema.field("sku"), column)
    if is_first:
        table = table.drop_columns(list(LATER_OF_GCP))
    pq.write_table(table, path, compression="snappy")


def _respelled(sku: dict[str, Any]) -> dict[str, Any]:
    description = str(sku["description"])
    return sku | {"description": f" {description.replace(' GA ', ' Ga ')}"}
