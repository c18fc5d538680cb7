"""A run of one source: look, read, append, check, publish, prune; batch by batch."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from extract import closing, guards, moves, rivals
from extract.errors import ExtractError
from extract.ledger import RETIRED, Entry, entry_of, ledger_rows, retired_row
from extract.outcomes import failed, kept
from extract.units import Bill, Delivery, Load, Status, Unit, UnitResult, whole_of
from extract.warehouse import Arrived, Warehouse
from extract.windows import choose_units

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from extract.progress import Progress

# One dlt run costs about a second whatever it carries; so months are published
# together, but a back-fill that dies loses no more than one batch.
BATCH_UNITS = 6
BATCH_BYTES = 2_000_000_000
# Each line's cost is rounded to nine decimals on both sides; engines differ on ties.
ROUNDING = Decimal("0.000000002")


@dataclass(kw_only=True)
class Run:
    """The run of one source.

    Attributes:
        bill: The provider's bill.
        warehouse: Where it goes.
        others: The other sources' sides of the warehouse.
        progress: Told of every step.
        periods: The only periods to look at; empty for no such limit.
        full_refresh: Read every unit again that the source still has.
        force: Publish what would be refused.
        reopen: Load closed months, too.
        closed_through: The last closed month.
    """

    bill: Bill
    warehouse: Warehouse
    progress: Progress
    periods: Collection[str] = ()
    full_refresh: bool = False
    force: bool = False
    reopen: bool = False
    closed_through: str = ""
    others: Sequence[Warehouse] = ()
    results: list[UnitResult] = field(default_factory=list)
    _known: dict[str, Entry] = field(default_factory=dict)
    _rivals: list[Entry] = field(default_factory=list)

    def execute(self, units: Sequence[Unit]) -> list[UnitResult]:
        """Bring the chosen ones of some units up to date."""
        spec, warehouse = self.bill.spec, self.warehouse
        self._known = rivals.find_known(warehouse, spec, units)
        self._rivals = rivals.find_rivals(warehouse, self.others, units)
        self.warehouse.prune_orphans(list(self._known.values()))
        chosen = choose_units(
            self.bill, units, self._known, self.periods, full_refresh=self.full_refresh
        )
        known = {n: e for n, e in self._known.items() if self._concerns(e)}
        gone = guards.gone(self.bill, units, known)
        self.progress.start(self.bill.spec.name, len(chosen) + len(gone))
        for batch in self._batches(chosen):
            if moved := self._land(batch, is_last_try=False):
                self._land(moved, is_last_try=True)
        for name, message in gone.items():
            self._report_gone(self._known[name], message)
        return self.results

    def _report_gone(self, entry: Entry, message: str) -> None:
        """Report a loaded unit that the provider no longer has; its rows stay."""
        self._report(
            UnitResult(
                source=self.bill.spec.name,
                unit=entry.unit,
                billing_period=entry.billing_period,
                status="unchanged" if self.force else "refused",
                rows=entry.landed_rows,
                cost=entry.cost,
                message="" if self.force else message,
            )
        )

    def _batches(self, units: Sequence[Unit]) -> Iterator[list[Delivery]]:
        """Look at units one by one and hand out those that have to be read."""
        batch: list[Delivery] = []
        for unit in units:
            self.progress.look(unit)
            entry = self._known.get(unit.name)
            is_closed = self._is_closed(unit) and entry and not entry.is_retired
            if self.full_refresh and not is_closed:
                entry = None
            try:
                delivery = self.bill.deliver(unit, entry.version if entry else "")
            except ExtractError as error:
                self._report(failed(self.bill.spec.name, error, unit))
                continue
            if entry and entry.version == delivery.version:
                self._report(kept(unit, entry, "closed" if is_closed else "unchanged"))
                continue
            if entry and is_closed:
                self._report(kept(unit, entry, "closed", closing.restated(unit)))
                continue
            weight = sum(delivery.weight for delivery in batch)
            is_full = len(batch) >= BATCH_UNITS or weight >= BATCH_BYTES
            # The parts of a month are published together.
            is_part = batch and whole_of(batch[-1].unit.name) == whole_of(unit.name)
            if is_full and not is_part:
                yield batch
                batch = []
            batch.append(delivery)
        if batch:
            yield batch

    def _land(
        self, deliveries: Sequence[Delivery], *, is_last_try: bool
    ) -> list[Delivery]:
        """Land a batch; return what was delivered anew while it was being read."""
        started = time.monotonic()
        loads = [Load(delivery=delivery) for delivery in deliveries]
        for load in loads:
            load.siblings = _parts_beside(load, loads)
        self._append(loads)
        self._verify([load for load in loads if not load.error])
        good: list[Load] = []
        refusals: dict[str, str] = {}
        for load in (load for load in loads if not load.error):
            if message := self._refusal(load, good):
                refusals[load.load_id] = message
            else:
                good.append(load)
        for load in good:
            if message := guards.torn(load, self._holders(load), good):
                load.error = message
        good = [load for load in good if not load.error]
        moves.tell_moves(self.warehouse, self.bill.spec, good, self._known)
        retired = self._publish(good)
        replaced = [self._known.get(load.delivery.unit.name) for load in good]
        self._prune(
            {load.load_id for load in loads if load not in good},
            {
                entry.load_id
                for entry in [*replaced, *retired]
                if entry and entry.source == self.bill.spec.name
            },
        )
        for other in self.others:
            theirs = {e.load_id for e in retired if e.source == other.spec.name}
            if theirs:
                other.prune(theirs)
        share = (time.monotonic() - started) / len(loads)
        moved = [x for x in loads if x.has_moved and not is_last_try]
        for load in (x for x in loads if x not in moved):
            refusal = refusals.get(load.load_id, "")
            status: Status = "failed" if load.error else "loaded"
            self._report(
                UnitResult(
                    source=self.bill.spec.name,
                    unit=load.delivery.unit.name,
                    billing_period=load.delivery.unit.billing_period,
                    status="refused" if refusal else status,
                    rows=load.landed_rows,
                    cost={k: m.cost_total for k, m in load.measures.items()},
                    seconds=share,
                    message=load.error or refusal or load.note,
                )
            )
        # What a later batch holds is compared with what this one has published.
        self._known |= {load.delivery.unit.name: entry_of(load) for load in good}
        self._known |= {
            entry.unit: replace(entry, version=RETIRED, landed_rows=0, total_rows=0)
            for entry in retired
            if entry.source == self.bill.spec.name
        }
        return list(self._look_again(moved))

    def _look_again(self, loads: Sequence[Load]) -> Iterator[Delivery]:
        """Yield what is delivered now of units that moved while they were read."""
        for load in loads:
            unit = load.delivery.unit
            try:
                yield self.bill.deliver(unit)
            except ExtractError as error:
                self._report(failed(self.bill.spec.name, error, unit))

    def _append(self, loads: Sequence[Load]) -> None:
        """Append the rows of some loads; nothing can see them yet."""
        for load in loads:
            self.progress.read(load.delivery.unit)
        self.warehouse.append(self.bill.source(loads))

    def _verify(self, loads: Sequence[Load]) -> None:
        """Mark loads that did not arrive with the rows and cost of the source."""
        spec = self.bill.spec
        arrived = self.warehouse.arrived({load.load_id for load in loads})
        for load in loads:
            for currency, measure in load.measures.items():
                for table, is_billed, rows, cost in (
                    (spec.landed, True, measure.landed_rows, measure.landed_cost),
                    (spec.landed, False, measure.repeated_rows, measure.repeated_cost),
                    (spec.totals, True, measure.filtered_rows, measure.filtered_cost),
                ):
                    if load.read_until and table is spec.landed:
                        # Read in place: there is nothing that could have arrived.
                        continue
                    key = (table.name, is_billed, load.load_id, currency)
                    found = arrived.get(key) or Arrived(rows=0, cost=Decimal(0))
                    if found.rows != rows or abs(found.cost - cost) > rows * ROUNDING:
                        load.error = (
                            f"{load.delivery.unit.name}: read {rows} rows and {cost} "
                            f"{currency} for {table.name}, but {found.rows} rows and "
                            f"{found.cost} arrived in the warehouse. The unit keeps "
                            "what was loaded before; run again."
                        )

    def _refusal(self, load: Load, beside: Sequence[Load]) -> str:
        """Return why a load is not published, or '' if it may be.

        Args:
            load: The load.
            beside: What is going to be published together with it.
        """
        # Not even by force: which of the two is meant, nobody has said.
        twins = self._holders_among(load, [entry_of(other) for other in beside])
        if twins:
            return guards.taken_beside(self.bill.spec, load, twins)
        if self._is_closed(load.delivery.unit) and self._holders(load):
            return closing.taking_over(load.delivery.unit)
        if self.force:
            return ""
        entry = self._known.get(load.delivery.unit.name)
        return (
            guards.shrunk_or_empty(self.bill.spec, load, entry)
            or self._vanished(load, beside)
            or guards.taken(self.bill.spec, load, self._holders(load))
        )

    def _vanished(self, load: Load, beside: Sequence[Load]) -> str:
        if load.delivery.unit.name in self._known:
            return ""
        loaded = [*self._known.values(), *(entry_of(other) for other in beside)]
        return guards.vanished(self.bill.spec, load, loaded)

    def _is_closed(self, unit: Unit) -> bool:
        return not self.reopen and unit.billing_period <= self.closed_through

    def _concerns(self, entry: Entry) -> bool:
        period = entry.billing_period
        return period > self.closed_through and period in (self.periods or {period})

    def _holders(self, load: Load) -> list[Entry]:
        return self._holders_among(load, [*self._known.values(), *self._rivals])

    def _holders_among(self, load: Load, entries: Sequence[Entry]) -> list[Entry]:
        return guards.holders(
            load, entries, do_scopes_nest=self.bill.spec.do_scopes_nest
        )

    def _publish(self, loads: Sequence[Load]) -> list[Entry]:
        """Make the loads current: the one step that readers notice.

        A unit that holds the same bill gives way in the same insert, so that the bill
        is never counted twice, nor missing; such units are returned.
        """
        now = datetime.now(UTC)
        rows = [r for x in loads for r in ledger_rows(x, now, is_forced=self.force)]
        retired = {(e.source, e.unit): (e, x) for x in loads for e in self._holders(x)}
        rows += [retired_row(entry, load, now) for entry, load in retired.values()]
        if rows:
            self.warehouse.publish(rows)
        return [entry for entry, _ in retired.values()]

    def _prune(self, rejected: Collection[str], superseded: Collection[str]) -> None:
        """Delete rows that no reader can see any more."""
        if dead := {*rejected, *superseded}:
            self.warehouse.prune(dead)

    def _report(self, result: UnitResult) -> None:
        self.results.append(result)
        self.progress.conclude(result)


def _parts_beside(load: Load, loads: Sequence[Load]) -> frozenset[str]:
    """Return the parts of a load's month that are landed together with it."""
    whole = whole_of(load.delivery.unit.name)
    names = {other.delivery.unit.name for other in loads}
    return frozenset(name for name in names if whole_of(name) == whole)
