"""Closed months: what is loaded of them stays, whatever is delivered later.

A provider may restate a month long after the books on it were closed. Nothing is frozen
in silence: a closed month that differs from what was delivered since is told of.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from extract.errors import ExtractError
from extract.windows import PERIOD

if TYPE_CHECKING:
    from extract.units import Unit

VARIABLE = "LLM_COSTS_CLOSED_THROUGH"


def closed_through() -> str:
    """Return the last closed month, or '' if none is closed."""
    month = os.environ.get("LLM_COSTS_CLOSED_THROUGH") or ""
    if month and not PERIOD.fullmatch(month):
        raise ExtractError(
            f"{VARIABLE} is {month!r}: write the last closed month as YYYY-MM, such as "
            "2026-09."
        )
    return month


def restated(unit: Unit) -> str:
    """Say that a closed month was delivered anew.

    Args:
        unit: The month.
    """
    return (
        f"{unit.name}: {unit.cloud_provider} delivered the month anew after it was "
        f"closed by {VARIABLE}={closed_through()}; what was loaded before stays. To "
        f"load the new delivery: {reopening(unit)}"
    )


def taking_over(unit: Unit) -> str:
    """Say that a closed month is not taken over by another unit."""
    return (
        f"{unit.name}: the month is closed by {VARIABLE}={closed_through()} and loaded "
        f"as another unit. To put this one in its place: {reopening(unit)} --force"
    )


def reopening(unit: Unit) -> str:
    """Return the command that opens a month for one run."""
    return f"dlt pipeline {unit.source} run --period {unit.billing_period} --reopen"
