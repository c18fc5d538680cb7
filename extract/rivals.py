"""What else is loaded of the months of a run: own units, and those of other sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extract.ledger import Entry
    from extract.units import SourceSpec, Unit
    from extract.warehouse import Warehouse


def find_known(
    warehouse: Warehouse, spec: SourceSpec, units: Sequence[Unit]
) -> dict[str, Entry]:
    """Return what is loaded of a source, by unit.

    Args:
        warehouse: The source's side of the warehouse.
        spec: The source.
        units: The units of the run; entries of their months tell the parts of their
            accounts, where accounts may contain each other.
    """
    known = warehouse.entries()
    if not spec.do_scopes_nest:
        return known
    held = _of_months(known.values(), units)
    return known | {entry.unit: entry for entry in warehouse.with_sub_accounts(held)}


def find_rivals(
    warehouse: Warehouse, others: Sequence[Warehouse], units: Sequence[Unit]
) -> list[Entry]:
    """Return what other sources hold in the same months.

    Args:
        warehouse: The source's side of the warehouse.
        others: The other sources' sides.
        units: The units of the run.
    """
    entries = _of_months(warehouse.entries_of_others(), units)
    return [
        entry
        for other in others
        for entry in other.with_sub_accounts(
            [entry for entry in entries if entry.source == other.spec.name]
        )
    ]


def _of_months(entries: Iterable[Entry], units: Sequence[Unit]) -> list[Entry]:
    periods = {unit.billing_period for unit in units}
    return [e for e in entries if e.total_rows and e.billing_period in periods]
