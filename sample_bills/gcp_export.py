"""Writes rows of the billing export into the Parquet files of their invoice months."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sample_bills.gcp_schema import SCHEMA, TIME

BILLING_ACCOUNT = "01A2B3-C4D5E6-F70819"
ROWS_PER_FILE = 4000
HOUR_IN_MICROSECONDS = 3_600_000_000
MICRO = 10**6
NOVEMBER = 11
MARCH = 3


@dataclass(frozen=True, slots=True)
class Credit:
    """One credit on a row, in micro dollars; negative."""

    kind: str
    name: str
    micro: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its template, and what differs from row to row."""

    template: int
    hour: int
    end_hour: int
    usage: float
    usage_in_pricing_units: float
    micro: int
    list_micro: int
    export_hour: int
    credits: tuple[Credit, ...] = ()


@dataclass(slots=True)
class InvoiceMonth:
    """The files of one invoice month."""

    folder: Path
    month: str
    rows: list[Row] = field(default_factory=list)
    files: int = 0

    def write(self, templates: list[dict[str, Any]]) -> None:
        """Write the rows at hand as one more file."""
        if not self.rows:
            return
        target = self.folder / f"invoice_month={self.month}"
        target.mkdir(parents=True, exist_ok=True)
        self.files += 1
        table = _make_table(self.rows, self.month, templates)
        pq.write_table(
            table, target / f"part-{self.files:05d}.parquet", compression="snappy"
        )
        self.rows.clear()


def invoice_month(hour: int) -> str:
    """Give the invoice month of an hour: Google's months are those of US/Pacific."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    offset = 7 if _is_summer_time(moment) else 8
    return f"{moment - timedelta(hours=offset):%Y%m}"


def _is_summer_time(moment: datetime) -> bool:
    begins = _nth_sunday(moment.year, MARCH, 2)
    ends = _nth_sunday(moment.year, NOVEMBER, 1)
    start = datetime(begins.year, begins.month, begins.day, 10, tzinfo=UTC)
    end = datetime(ends.year, ends.month, ends.day, 9, tzinfo=UTC)
    return start <= moment < end


def _nth_sunday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def _make_table(
    rows: list[Row], month: str, templates: list[dict[str, Any]]
) -> pa.Table:
    index = pa.array([row.template for row in rows], pa.int32())
    own: dict[str, list[Any]] = {
        "usage": [
            {
                **templates[row.template]["usage"],
                "amount": row.usage,
                "amount_in_pricing_units": row.usage_in_pricing_units,
            }
            for row in rows
        ],
        "credits": [[_show_credit(one) for one in row.credits] for row in rows],
        "cost": [row.micro / MICRO for row in rows],
        "cost_at_list": [row.list_micro / MICRO for row in rows],
        "cost_at_effective_price_default": [row.micro / MICRO for row in rows],
        "cost_at_list_consumption_model": [row.list_micro / MICRO for row in rows],
        "invoice": [
            {"month": month, "publisher_type": templates[row.template]["publisher"]}
            for row in rows
        ],
    }
    hours = {
        "usage_start_time": [row.hour for row in rows],
        "usage_end_time": [row.end_hour for row in rows],
        "export_time": [row.export_hour for row in rows],
    }
    arrays = []
    for column in SCHEMA:
        if column.name in hours:
            ticks = [hour * HOUR_IN_MICROSECONDS for hour in hours[column.name]]
            arrays.append(pa.array(ticks, pa.int64()).cast(TIME))
        elif column.name in own:
            arrays.append(pa.array(own[column.name], column.type))
        else:
            shared = [one.get(column.name) for one in templates]
            arrays.append(pa.array(shared, column.type).take(index))
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _show_credit(credit: Credit) -> dict[str, Any]:
    return {
        "name": credit.name,
        "amount": credit.micro / MICRO,
        "full_name": credit.name,
        "id": credit.name.lower().replace(" ", "-"),
        "type": credit.kind,
    }
