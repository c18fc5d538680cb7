"""Results of units that are not read: those that failed, and those kept as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.units import Status, Unit, UnitResult

if TYPE_CHECKING:
    from extract.errors import ExtractError
    from extract.ledger import Entry


def failed(source: str, error: ExtractError, unit: Unit | None = None) -> UnitResult:
    """Return the result of a unit, or of a whole source, that failed."""
    return UnitResult(
        source=source,
        unit=unit.name if unit else "",
        billing_period=unit.billing_period if unit else "",
        status="failed",
        message=str(error),
    )


def kept(unit: Unit, entry: Entry, status: Status, message: str = "") -> UnitResult:
    """Return the result of a unit whose rows stay.

    Args:
        unit: The unit.
        entry: What is loaded of it.
        status: unchanged or closed.
        message: What else there is to know.
    """
    return UnitResult(
        source=unit.source,
        unit=unit.name,
        billing_period=unit.billing_period,
        status=status,
        rows=entry.landed_rows,
        cost=entry.cost,
        message=message,
    )
