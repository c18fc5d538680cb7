"""Whatever is delivered, in whatever order runs see it, the last delivery counts.

The real runner, windows, guards and ledger work on a warehouse in memory, so that
thousands of histories are tried: deliveries that nobody saw, runs that die at any step,
months that come late.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from aws_forms import CATEGORIES, legacy_header
from fault_bills import MONTHS, charges
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from extract import ledger
from extract.progress import NoProgress
from extract.runner import Run
from extract.sources.aws_cur.columns import canonical_name
from extract.sources.aws_cur.layouts import RANGE, Layout
from extract.sources.aws_cur.settings import LINES, MAPS, SPEC
from extract.units import Delivery, Load, Unit
from extract.warehouse import Arrived
from extract.windows import (
    choose_units,
    first_day,
    last_day,
    newest,
    period_of,
    periods_back,
    periods_between,
)

LOOK_BACK = 2
PERIODS = [f"2026-{month:02d}" for month in range(5, 12)]
STEPS = ("append", "arrived", "publish", "prune")


class Died(BaseException):
    """A process that was killed: no code of the run gets to see it."""


@dataclass
class Bill:
    """A bill whose deliveries a test makes."""

    delivered: dict[str, int] = field(default_factory=dict)
    spec: Any = SPEC

    def units(self) -> list[Unit]:
        """Return every month that was delivered."""
        return [
            Unit(
                source=SPEC.name,
                cloud_provider="AWS",
                name=f"e/{period}",
                billing_period=period,
            )
            for period in self.delivered
        ]

    def look_back(self, periods: Any, account: str = "") -> set[str]:  # noqa: ARG002
        """Return the months that may change."""
        return newest(periods, LOOK_BACK + 1)

    def deliver(self, unit: Unit, known: str = "") -> Delivery:  # noqa: ARG002
        """Return the newest delivery of a month."""
        number = self.delivered[unit.billing_period]
        return Delivery(
            unit=unit,
            version=str(number),
            location="",
            files=1,
            weight=1,
            content=number,
        )

    def source(self, loads: Any) -> Any:
        """Return what the warehouse reads."""
        return loads


@dataclass
class House:
    """A warehouse in memory, which dies at a step that a test chooses."""

    spec: Any = SPEC
    rows: list[tuple[str, Decimal]] = field(default_factory=list)
    ledger: list[tuple[Any, ...]] = field(default_factory=list)
    dies: tuple[str, str] = ("", "")

    def step(self, name: str, moment: str) -> None:
        """Die, if this is the step."""
        if self.dies == (name, moment):
            self.dies = ("", "")
            raise Died

    def append(self, loads: list[Load]) -> None:
        """Append rows, one by one."""
        for load in loads:
            costs = [cost for _, cost in charges(load.delivery.content)]
            measure = load.measure("USD")
            measure.landed_rows = len(costs)
            measure.landed_cost = sum(costs, Decimal(0))
            load.billing_account_id = "payer"
            for number, cost in enumerate(costs):
                if number == len(costs) // 2:
                    self.step("append", "before")
                self.rows.append((load.load_id, cost))
        self.step("append", "after")

    def arrived(self, load_ids: Any) -> dict[Any, Arrived]:
        """Count what arrived."""
        self.step("arrived", "before")
        found = {}
        for load_id in load_ids:
            costs = [cost for owner, cost in self.rows if owner == load_id]
            key = (SPEC.landed.name, True, load_id, "USD")
            found[key] = Arrived(rows=len(costs), cost=sum(costs, Decimal(0)))
        return found

    def publish(self, rows: list[tuple[Any, ...]]) -> None:
        """Make loads current."""
        self.step("publish", "before")
        self.ledger += rows
        self.step("publish", "after")

    def prune(self, load_ids: Any) -> None:
        """Delete the rows of loads."""
        self.step("prune", "before")
        self.rows = [row for row in self.rows if row[0] not in load_ids]
        self.step("prune", "after")

    def prune_orphans(self, entries: Any) -> int:
        """Delete what died runs left."""
        current = {entry.load_id for entry in entries}
        self.rows = [row for row in self.rows if row[0] in current]
        return 0

    def entries(self) -> dict[str, ledger.Entry]:
        """Return the current entries."""
        return ledger.current_entries(self.ledger)

    def entries_of_others(self) -> list[ledger.Entry]:
        """There are no other sources."""
        return []

    def seen(self) -> dict[str, Decimal]:
        """Return what readers see: the rows of the current loads, by month."""
        return {
            entry.billing_period: sum(
                (cost for owner, cost in self.rows if owner == entry.load_id),
                Decimal(0),
            )
            for entry in self.entries().values()
        }


def total(number: int) -> Decimal:
    return sum((cost for _, cost in charges(number)), Decimal(0))


class Histories(RuleBasedStateMachine):
    """Months are delivered again and again, and runs see some of it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.bill, self.house = Bill(), House()
        self.published: dict[str, set[int]] = {}

    @rule(period=st.sampled_from(PERIODS), restatements=st.integers(1, 3))
    def deliver(self, period: str, restatements: int) -> None:
        """Deliver a month, and perhaps again before anybody looked."""
        number = self.bill.delivered.get(period, 0) + restatements
        self.bill.delivered[period] = number
        self.published.setdefault(period, set()).add(number)

    @rule(
        periods=st.sets(st.sampled_from(PERIODS), max_size=2),
        full_refresh=st.booleans(),
        step=st.sampled_from(("", *STEPS)),
        moment=st.sampled_from(("before", "after")),
    )
    def run(self, periods: Any, step: str, moment: str, *, full_refresh: bool) -> None:
        """Run, to the end or to some step."""
        before = set(self.house.entries())
        self.house.dies = (step, moment)
        results = None
        run = Run(
            bill=self.bill,
            warehouse=self.house,
            progress=NoProgress(),
            periods=periods,
            full_refresh=full_refresh,
        )
        with suppress(Died):
            results = run.execute(self.bill.units())
        self.house.dies = ("", "")
        if results is None:
            return
        assert {result.status for result in results} <= {"loaded", "unchanged"}
        seen = self.house.seen()
        looked_at = (
            self.bill.look_back(list(self.bill.delivered))
            | {p for p in self.bill.delivered if f"e/{p}" not in before}
            if not (periods or full_refresh)
            else set(self.bill.delivered)
        )
        for period in looked_at & (periods or looked_at):
            if period in self.bill.delivered:
                assert seen[period] == total(self.bill.delivered[period])
        current = {entry.load_id for entry in self.house.entries().values()}
        assert {owner for owner, _ in self.house.rows} == current

    @invariant()
    def readers_see_whole_deliveries(self) -> None:
        """No month is ever a part of a delivery, or two of them."""
        for period, found in self.house.seen().items():
            assert found in {total(number) for number in self.published[period]}


Histories.TestCase.settings = settings(
    max_examples=60, stateful_step_count=20, deadline=None
)
TestHistories = Histories.TestCase


@given(
    st.lists(st.sampled_from(range(1, 9)), unique=True, min_size=1),
    st.integers(0, 4),
)
@settings(max_examples=50, deadline=None)
def test_the_total_is_the_last_deliverys_whichever_a_run_saw(numbers, missed):
    """Appending what runs saw showed 2.5 times the true cost of a month."""
    bill, house = Bill(), House()
    for place, number in enumerate(numbers):
        bill.delivered = dict.fromkeys(MONTHS, number)
        is_last = place == len(numbers) - 1
        if is_last or place % (missed + 1) == 0:
            # Deliveries here also shrink, which a person would have to accept.
            Run(bill=bill, warehouse=house, progress=NoProgress(), force=True).execute(
                bill.units()
            )
    assert house.seen() == dict.fromkeys(MONTHS, total(numbers[-1]))


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS, st.integers(1, 40))
def test_months_are_counted_without_gaps(day, count):
    """A month left out at the turn of a year is looked for in vain in January."""
    back = periods_back(day, count)
    assert len(back) == count == len(set(back))
    assert back[-1] == period_of(day)
    assert back == periods_between(first_day(back[0]), day)
    for period, following in pairwise(back):
        assert last_day(period) + timedelta(days=1) == first_day(following)


@given(
    st.sets(st.sampled_from(PERIODS), min_size=1),
    st.sets(st.sampled_from(PERIODS)),
    st.sets(st.sampled_from(PERIODS), max_size=2),
    st.booleans(),
)
def test_a_run_looks_at_what_is_new_or_may_change(delivered, loaded, asked, full):
    """A month that no run looks at stays as it was, for ever."""
    bill = Bill(delivered=dict.fromkeys(sorted(delivered), 1))
    names = {f"e/{period}" for period in loaded}
    chosen = choose_units(bill, bill.units(), names, asked, full_refresh=full)
    found = [unit.billing_period for unit in chosen]
    assert found == sorted(found)
    assert set(found) <= delivered
    if asked:
        assert set(found) == delivered & asked
    elif full:
        assert set(found) == delivered
    else:
        assert set(found) == (delivered - loaded) | newest(
            sorted(delivered), LOOK_BACK + 1
        )


@given(DAYS)
def test_a_legacy_month_lies_in_the_folder_of_its_days(day):
    """The second day of a folder's name is the first of the next month."""
    period = period_of(day)
    layout = Layout(
        kind="legacy report", folder="p/r", name="r", periods=[period], ranges={}
    )
    folder = layout.manifest(period).split("/")[2]
    match = RANGE.fullmatch(folder)
    assert match
    assert f"{match[1]}-{match[2]}" == period
    following = last_day(period) + timedelta(days=1)
    assert folder.endswith(f"-{following:%Y%m%d}")


def test_every_landed_column_survives_being_written_the_older_way():
    """A header that is read as another column loses money or names."""
    names = [
        name
        for name in LINES
        if name not in {*MAPS, "load_id", "source_file"}
        and name.startswith(tuple(f"{part}_" for part in CATEGORIES))
    ]
    assert len(names) > 30
    for name in names:
        assert canonical_name(legacy_header(name)) == name
