"""The load ledger: which load of each unit is the current one, and what it held.

One row per load and currency; a unit without any rows has one row with currency ''. The
newest ``loaded_at`` of a unit wins.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extract.columns import Table
from extract.units import Load, Measure, new_load_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

TABLE = Table(
    name="load_ledger",
    columns={
        "load_id": "text",
        "source": "text",
        "cloud_provider": "text",
        "unit": "text",
        "billing_account_id": "text",
        "billing_period": "text",
        "version": "text",
        "location": "text",
        "files": "bigint",
        "currency": "text",
        "landed_rows": "bigint",
        "filtered_rows": "bigint",
        "landed_cost": "money",
        "filtered_cost": "money",
        "cost_total": "money",
        "first_usage_at": "timestamp",
        "last_usage_at": "timestamp",
        "loaded_at": "instant",
        "is_forced": "flag",
        "read_until": "timestamp",
    },
)


# The version of a load without rows, by which a unit gives way to another.
RETIRED = "retired"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The current load of a unit.

    Attributes:
        unit: Name of the unit.
        load_id: Its current load.
        version: What was read.
        landed_rows: Rows of AI services in all currencies.
        total_rows: Rows of the whole bill in all currencies.
        cost: Cost of the whole bill per currency.
        billing_account_id: Its account.
        billing_period: Its period.
        superseded: Earlier loads of the unit.
        source: Its source.
        cloud_provider: AWS, Azure or GCP.
        sub_accounts: Parts of the account, where its source tells its bills by them.
        location: Where it was delivered.
    """

    unit: str
    load_id: str
    version: str
    landed_rows: int
    total_rows: int
    cost: dict[str, Decimal]
    superseded: frozenset[str]
    billing_account_id: str = ""
    billing_period: str = ""
    source: str = ""
    cloud_provider: str = ""
    sub_accounts: frozenset[str] = frozenset()
    location: str = ""

    @property
    def is_retired(self) -> bool:
        """Whether another unit took its place."""
        return self.version == RETIRED


def current_entries(rows: Iterable[Sequence[Any]]) -> dict[str, Entry]:
    """Return the current entry of every unit, out of the ledger's rows."""
    names = list(TABLE.columns)
    by_unit: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        record = dict(zip(names, row, strict=True))
        by_unit[record["unit"]].append(record)
    return {unit: _entry(unit, records) for unit, records in by_unit.items()}


def _entry(unit: str, records: list[dict[str, Any]]) -> Entry:
    newest = max(records, key=lambda r: (r["loaded_at"], r["load_id"]))
    current = [r for r in records if r["load_id"] == newest["load_id"]]
    return Entry(
        unit=unit,
        load_id=newest["load_id"],
        version=newest["version"],
        landed_rows=sum(int(r["landed_rows"]) for r in current),
        total_rows=sum(int(r["landed_rows"] + r["filtered_rows"]) for r in current),
        cost={r["currency"]: r["cost_total"] for r in current if r["currency"]},
        superseded=frozenset(r["load_id"] for r in records) - {newest["load_id"]},
        billing_account_id=newest["billing_account_id"] or "",
        billing_period=newest["billing_period"],
        source=newest["source"],
        cloud_provider=newest["cloud_provider"],
        location=newest["location"] or "",
    )


def entry_of(load: Load) -> Entry:
    """Return the entry that a load becomes when it is published."""
    delivery, unit = load.delivery, load.delivery.unit
    return Entry(
        unit=unit.name,
        load_id=load.load_id,
        version=delivery.version,
        landed_rows=load.landed_rows,
        total_rows=load.total_rows,
        cost={name: measure.cost_total for name, measure in load.measures.items()},
        superseded=frozenset(),
        billing_account_id=load.billing_account_id or unit.billing_account_id,
        billing_period=unit.billing_period,
        source=unit.source,
        cloud_provider=unit.cloud_provider,
        sub_accounts=load.sub_accounts,
        location=delivery.location,
    )


def ledger_rows(
    load: Load, loaded_at: datetime, *, is_forced: bool
) -> list[tuple[Any, ...]]:
    """Return the rows that publish a load."""
    delivery, unit = load.delivery, load.delivery.unit
    return [
        (
            load.load_id,
            unit.source,
            unit.cloud_provider,
            unit.name,
            load.billing_account_id or unit.billing_account_id,
            unit.billing_period,
            delivery.version,
            delivery.location,
            delivery.files,
            currency,
            measure.landed_rows,
            measure.filtered_rows,
            measure.landed_cost,
            measure.filtered_cost,
            measure.cost_total,
            measure.first_usage_at,
            measure.last_usage_at,
            loaded_at,
            is_forced,
            load.read_until,
        )
        for currency, measure in (load.measures or {"": Measure()}).items()
    ]


def retired_row(entry: Entry, successor: Load, loaded_at: datetime) -> tuple[Any, ...]:
    """Return the row by which a unit gives way to another that holds its bill."""
    delivery, nothing = successor.delivery, Measure()
    return (
        new_load_id(),
        entry.source,
        entry.cloud_provider,
        entry.unit,
        entry.billing_account_id,
        entry.billing_period,
        RETIRED,
        delivery.location,
        0,
        "",
        nothing.landed_rows,
        nothing.filtered_rows,
        nothing.landed_cost,
        nothing.filtered_cost,
        nothing.cost_total,
        None,
        None,
        loaded_at,
        True,
        None,
    )
