"""Days that were complete and moved: a provider that restates tells nobody.

Bills of the newest days grow by the hour, which is no news. A day that was complete
when it was loaded last and costs something else now is told of; it is loaded all the
same.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from extract.units import load_id_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extract.ledger import Entry
    from extract.units import Load, SourceSpec
    from extract.warehouse import Warehouse

    Days = Mapping[tuple[int, str], Decimal]

SMALLEST = Decimal("0.01")
NOTHING = Decimal(0)
SHOWN = 5


def tell_moves(
    warehouse: Warehouse,
    spec: SourceSpec,
    loads: Sequence[Load],
    known: Mapping[str, Entry],
) -> None:
    """Note on loads which days moved that were complete when they were loaded last.

    Args:
        warehouse: Holds the rows of before and of now.
        spec: The source.
        loads: The loads, not published yet.
        known: What is loaded, by unit.
    """
    pairs = [
        (load, entry)
        for load in loads
        if (entry := known.get(load.delivery.unit.name)) and not entry.is_retired
    ]
    if not pairs or not spec.landed.day:
        return
    days = warehouse.daily_costs({x.load_id for pair in pairs for x in pair})
    for load, entry in pairs:
        moved = _moved(
            spec, entry, days.get(entry.load_id, {}), days.get(load.load_id, {})
        )
        if moved:
            told = _told(moved, spec.closed_day_tolerance)
            name = load.delivery.unit.name
            load.note = " ".join(filter(None, [load.note, f"{name}: {told}"]))


def _moved(
    spec: SourceSpec, entry: Entry, before: Days, now: Days
) -> list[tuple[int, str, Decimal, Decimal]]:
    """Return day, currency, and cost before and now."""
    loaded = load_id_time(entry.load_id).date()
    newest = loaded - timedelta(days=spec.provisional_days)
    share = Decimal(str(spec.closed_day_tolerance))
    found = []
    for day, currency in sorted({*before, *now}):
        old = before.get((day, currency), NOTHING)
        new = now.get((day, currency), NOTHING)
        if abs(new - old) > max(SMALLEST, abs(old) * share):
            found.append((day, currency, old, new))
    return [one for one in found if one[0] < int(f"{newest:%Y%m%d}")]


def _told(moved: Sequence[tuple[int, str, Decimal, Decimal]], share: float) -> str:
    shown = "; ".join(
        f"{_day(day)} from {old:,.2f} to {new:,.2f} {currency}"
        for day, currency, old, new in moved[:SHOWN]
    )
    more = f" and {len(moved) - SHOWN} more" if len(moved) > SHOWN else ""
    return (
        f"days that were complete moved by more than {share:.0%}: {shown}{more}. The "
        "month is loaded as it is now."
    )


def _day(number: int) -> str:
    digits = str(number)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
