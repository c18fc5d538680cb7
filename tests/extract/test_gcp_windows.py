"""Whatever the export holds when a run looks, the last run shows all of it, once.

The real source, runner and ledger work on an export and a warehouse in memory: rows
that come late, corrections, runs that saw only some of it or died half-way.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import ledger
from extract.progress import NoProgress
from extract.runner import Run
from extract.sources.gcp_billing.copied import SUMS, WEEKS, CopiedTables
from extract.sources.gcp_billing.settings import SPEC
from extract.warehouse import Arrived

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "01A2B3-C4D5E6-F70819"
TABLE = "p.d.gcp_billing_export_v1_01A2B3_C4D5E6_F70819"
START = datetime(2026, 9, 1, tzinfo=UTC)
MONTHS = ("202609", "202610", "202611")
AI, OTHER = "Vertex AI", "BigQuery"


class Died(BaseException):
    """A process that was killed: no code of the run gets to see it."""


@dataclass(frozen=True)
class _Row:
    """A row of the export."""

    month: str
    week: int
    service: str
    cents: int
    exported: datetime

    @property
    def cost(self) -> Decimal:
        return Decimal(self.cents) / 100


@dataclass
class _Table:
    """The export's table; a test appends to it, as Google does."""

    rows: list[_Row] = field(default_factory=list)
    fields_: frozenset[str] = frozenset()

    def ask(self, query: str, _table: str, **asked: Any) -> list[tuple[Any, ...]]:
        if query != SUMS:
            return self._listed(query, **asked)
        groups: dict[tuple[int, str], list[_Row]] = {}
        for row in self.rows:
            if row.month == asked["month"]:
                groups.setdefault((row.week, row.service), []).append(row)
        return [
            (
                week,
                service,
                service,
                "regular",
                "USD",
                len(rows),
                sum((row.cost for row in rows), Decimal(0)),
                Decimal(0),
                START,
                START,
                max(row.exported for row in rows),
            )
            for (week, service), rows in groups.items()
        ]

    def _listed(self, query: str, first_day: str = "") -> list[tuple[Any, ...]]:
        if "_PARTITIONTIME <" in query:
            return [(sum(f"{row.exported:%F}" < first_day for row in self.rows),)]
        counts = Counter(
            (ACCOUNT, row.month, row.week)
            for row in self.rows
            if f"{row.exported:%F}" >= first_day
        )
        return sorted((*key, count) for key, count in counts.items())

    def fields(self, _table: str) -> frozenset[str]:
        return self.fields_

    def stream(self, _query: str, _name: str, **asked: Any) -> Iterator[pa.RecordBatch]:
        until = datetime.fromisoformat(asked["until"])
        for row in self.rows:
            if (
                (row.month, row.week) == (asked["month"], int(asked["week"]))
                and row.service in asked["services"]
                and row.exported <= until
            ):
                known = {
                    "load_id": asked["load_id"],
                    "cost": float(row.cost),
                    "credits_amount": 0.0,
                    "currency": "USD",
                }
                schema = SPEC.landed.arrow_schema()
                yield pa.RecordBatch.from_pylist(
                    [{name: known.get(name) for name in schema.names}], schema
                )


@dataclass
class _House:
    """A warehouse in memory, which dies before a step that a test chooses."""

    spec: Any = SPEC
    rows: list[tuple[str, str, Decimal]] = field(default_factory=list)
    ledger: list[tuple[Any, ...]] = field(default_factory=list)
    dies: str = ""

    def step(self, name: str) -> None:
        if self.dies == name:
            raise Died

    def append(self, source: Any) -> None:
        bill, loads = source
        for load in loads:
            for name, batch in bill.read(load):
                self.step("append")
                for row in batch.to_pylist():
                    cost = Decimal(str(row["cost"]))
                    self.rows.append((row["load_id"], name, cost))

    def arrived(self, load_ids: Any) -> dict[Any, Arrived]:
        self.step("arrived")
        lines = {
            one: {t.name: 0 for t in (SPEC.landed, SPEC.totals)} for one in load_ids
        }
        return {
            (name, True, load_id, "USD"): Arrived(
                rows=self._count(load_id, name),
                cost=sum(
                    (c for owner, t, c in self.rows if (owner, t) == (load_id, name)),
                    Decimal(0),
                ),
            )
            for load_id, names in lines.items()
            for name in names
        }

    def _count(self, load_id: str, name: str) -> int:
        # Of totals, the lines that they stand for.
        if name == SPEC.totals.name:
            return self.filtered[load_id]
        return sum((owner, t) == (load_id, name) for owner, t, _ in self.rows)

    filtered: dict[str, int] = field(default_factory=dict)

    def publish(self, rows: list[tuple[Any, ...]]) -> None:
        self.step("publish")
        self.ledger += rows

    def prune(self, load_ids: Any) -> None:
        self.step("prune")
        self.rows = [row for row in self.rows if row[0] not in load_ids]

    def prune_orphans(self, entries: Any) -> int:
        current = {entry.load_id for entry in entries}
        self.rows = [row for row in self.rows if row[0] in current]
        return 0

    def entries(self) -> dict[str, ledger.Entry]:
        return ledger.current_entries(self.ledger)

    def entries_of_others(self) -> list[ledger.Entry]:
        return []

    def seen(self) -> dict[str, Decimal]:
        """Return what readers see, by unit."""
        return {
            unit: sum((c for o, _, c in self.rows if o == entry.load_id), Decimal(0))
            for unit, entry in self.entries().items()
        }


class _Loads(CopiedTables):
    """The source, whose loads the warehouse in memory takes without dlt."""

    house: _House

    def source(self, loads: Any) -> Any:
        for load in loads:
            parts = load.delivery.content.parts
            other = sum(part.rows for part in parts if part.service != AI)
            self.house.filtered[load.load_id] = other
        return self, loads


ROWS = st.lists(
    st.tuples(
        st.sampled_from(MONTHS),
        st.integers(0, 3),
        st.sampled_from((AI, OTHER)),
        st.integers(-500, 2_000),
    ),
    max_size=6,
)
DEATHS = st.sampled_from(("", "", "append", "arrived", "publish", "prune"))


@given(st.lists(st.tuples(ROWS, st.booleans(), DEATHS), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_late_rows_and_corrections_are_counted_once_by_whichever_runs(history):
    """A row that comes into a week long loaded is missed, or its week counts twice."""
    table, house = _Table(), _House()
    exported = START
    bill = _Loads(table, [TABLE], [AI], look_back_periods=2)
    bill.house = house
    published: dict[str, set[Decimal]] = {}
    for rows, is_seen, dies in history:
        for month, week, service, cents in rows:
            exported += timedelta(hours=1)
            table.rows.append(_Row(month, week, service, cents, exported))
        for unit, cost in totals(table).items():
            published.setdefault(unit, set()).add(cost)
        if not (is_seen and table.rows):
            continue
        house.dies = dies
        with suppress(Died):
            run(bill, house)
        house.dies = ""
        for unit, cost in house.seen().items():
            assert cost in published[unit]
    if not table.rows:
        return
    assert {result.status for result in run(bill, house)} <= {"loaded", "unchanged"}
    assert house.seen() == totals(table)
    assert {result.status for result in run(bill, house)} == {"unchanged"}
    current = {entry.load_id for entry in house.entries().values()}
    assert {owner for owner, _, _ in house.rows} <= current


def run(bill: _Loads, house: _House) -> list[Any]:
    # Corrections here may leave less than half of the rows of a week that was small.
    return Run(bill=bill, warehouse=house, progress=NoProgress(), force=True).execute(
        bill.units(house.entries)
    )


def totals(table: _Table) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in table.rows:
        period = f"{row.month[:4]}-{row.month[4:]}"
        unit = f"{ACCOUNT}/{period}/days {WEEKS[row.week]}"
        found[unit] = found.get(unit, Decimal(0)) + row.cost
    return found
