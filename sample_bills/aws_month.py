"""One billing period of the CUR 2.0 export: its lines, files and manifest.

Lines are kept as five numbers and the number of a template. Everything else is taken
from the templates when a block is written, so that a line costs almost nothing and
memory stays flat however many there are.
"""

import json
from calendar import monthrange
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sample_bills.aws_schema import (
    COLUMNS,
    LINE_COLUMNS,
    SCHEMA,
    TEXT_MAP,
    TIME,
    describe_columns,
)
from sample_bills.aws_templates import Template, make_id

BUCKET = "sample-company-billing"
PREFIX = "exports"
EXPORT = "llm-costs"
ROWS_PER_BLOCK = 50_000
COST_SCALE = 10**10
HOUR_IN_MICROSECONDS = 3_600_000_000


class AwsMonth:
    """Writes the files of one billing period, one block of lines at a time."""

    def __init__(self, folder: Path, month: date) -> None:
        """Open the period that begins on the first day of a month."""
        self.month = month
        self.partition = f"BILLING_PERIOD={month:%Y-%m}"
        self._data = folder / "data" / self.partition
        self._metadata = folder / "metadata" / self.partition
        self._data.mkdir(parents=True)
        self._metadata.mkdir(parents=True)
        self.start_hour = hours_since_epoch(month)
        self.end_hour = self.start_hour + 24 * monthrange(month.year, month.month)[1]
        self.templates: list[Template] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self.quantities: dict[int, int] = defaultdict(int)
        self.units: dict[int, int] = defaultdict(int)
        self.nanos: dict[int, int] = defaultdict(int)
        self.counts: dict[int, int] = defaultdict(int)
        self._lines: list[tuple[int, int, int, float, int]] = []
        self._arrays: dict[str, pa.Array[Any]] = {}
        self._intervals: dict[tuple[int, int], str] = {}
        self._writer: pq.ParquetWriter | None = None
        self.files: list[str] = []

    def find_template(self, *key: object) -> int | None:
        """Find the number of a template that is known already."""
        return self._numbers.get(key)

    def add_template(self, template: Template, *key: object) -> int:
        """Register a template under a key and give its number."""
        template.values["identity_line_item_id"] = make_id(self.month, *key)
        self._numbers[key] = len(self.templates)
        self.templates.append(template)
        self._arrays.clear()
        return len(self.templates) - 1

    def add_line(self, number: int, hour: int, quantity: int) -> int:
        """Add an hour's usage, in base units, and give its cost in 1e-10 dollars."""
        template = self.templates[number]
        block = template.block
        units = (quantity * template.rate * 2 + block) // (2 * block)
        # Half a nano dollar would round to one side here and to the other there.
        units += units % 10 == 5  # noqa: PLR2004
        self._add(number, hour, hour + 1, quantity / block, units)
        self.quantities[number] += quantity
        return units

    def add_charge(self, number: int, hours: tuple[int, int], units: int) -> None:
        """Add a line that is no usage, for any stretch of hours."""
        self._add(number, *hours, 1.0, units)

    def _add(
        self, number: int, hour: int, end_hour: int, amount: float, units: int
    ) -> None:
        self._lines.append((number, hour, end_hour, amount, units))
        self.units[number] += units
        self.nanos[number] += (units + 5) // 10
        self.counts[number] += 1
        if len(self._lines) >= ROWS_PER_BLOCK:
            self.write_block()

    def write_block(self) -> None:
        """Write the lines at hand into the open file."""
        if not self._lines:
            return
        if self._writer is None:
            name = f"{EXPORT}-{len(self.files) + 1:05d}.snappy.parquet"
            self.files.append(name)
            self._writer = pq.ParquetWriter(
                self._data / name, SCHEMA, compression="snappy"
            )
        self._writer.write_batch(self._make_batch())
        self._lines.clear()

    def close_file(self) -> None:
        """End the open file; the next lines begin another."""
        self.write_block()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def write_manifest(self, execution: str) -> None:
        """Write the manifest, last, as the export does."""
        base = f"s3://{BUCKET}/{PREFIX}/{EXPORT}/data/{self.partition}"
        arn = f"arn:aws:bcm-data-exports:us-east-1:111111111111:export/{EXPORT}"
        manifest = {
            "exportName": EXPORT,
            "exportArn": arn,
            "executionId": execution,
            "columns": describe_columns(),
            "dataFiles": [f"{base}/{name}" for name in self.files],
        }
        path = self._metadata / f"{EXPORT}-Manifest.json"
        path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")

    def _make_batch(self) -> pa.RecordBatch:
        numbers, starts, ends, amounts, units = zip(*self._lines, strict=True)
        index = pa.array(numbers, pa.int32())
        costs = [unit / COST_SCALE for unit in units]
        listed = [one.is_listed for one in self.templates]
        has_usage = [one.has_usage for one in self.templates]
        public = [
            cost if listed[n] else (0.0 if has_usage[n] else None)
            for n, cost in zip(numbers, costs, strict=True)
        ]
        by_line = {
            "identity_time_interval": pa.array(
                [*map(self._interval, starts, ends)], pa.string()
            ),
            "line_item_usage_start_date": _times(starts),
            "line_item_usage_end_date": _times(ends),
            "line_item_usage_amount": pa.array(amounts, pa.float64()),
            "line_item_unblended_cost": pa.array(costs, pa.float64()),
            "line_item_blended_cost": pa.array(costs, pa.float64()),
            "pricing_public_on_demand_cost": pa.array(public, pa.float64()),
        }
        arrays = [
            by_line[name] if name in LINE_COLUMNS else self._shared(name, kind, index)
            for name, kind in COLUMNS
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

    def _shared(
        self, name: str, kind: pa.DataType, index: "pa.Array[Any]"
    ) -> "pa.Array[Any]":
        if name == "bill_billing_period_start_date":
            return _times([self.start_hour] * len(index))
        if name == "bill_billing_period_end_date":
            return _times([self.end_hour] * len(index))
        if name not in self._arrays:
            values: list[Any] = [one.values.get(name) for one in self.templates]
            if kind == TEXT_MAP:
                values = [None if v is None else list(v.items()) for v in values]
            self._arrays[name] = pa.array(values, kind)
        return self._arrays[name].take(index)

    def _interval(self, start: int, end: int) -> str:
        if (start, end) not in self._intervals:
            self._intervals[(start, end)] = f"{_show_hour(start)}/{_show_hour(end)}"
        return self._intervals[(start, end)]


def hours_since_epoch(day: date) -> int:
    """Count the hours from 1970 to the beginning of a day, UTC."""
    return (day - date(1970, 1, 1)).days * 24


def _times(hours: Any) -> "pa.Array[Any]":
    ticks = [hour * HOUR_IN_MICROSECONDS for hour in hours]
    return pa.array(ticks, pa.int64()).cast(TIME)


def _show_hour(hour: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
