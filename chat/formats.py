"""Figures as a person writes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat.metrics import Unit
    from chat.periods import Period

Figure = Decimal | float | int
MAGNITUDES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
# From here on, cents are noise.
WHOLE_DOLLARS = 1_000
CENTS = 1
SMALLEST = Decimal("0.0001")
UNKNOWN = "unknown"


def format_value(  # noqa: PLR0911 - one way out per kind of value
    value: object, unit: Unit | None
) -> str:
    """Write a value of an answer.

    Args:
        value: As the warehouse gave it.
        unit: What it counts; None for a dimension.
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, date):
        return format_day(value)
    if unit is None or unit == "text" or isinstance(value, str):
        return str(value)
    figure = Decimal(str(value))
    if unit == "usd":
        return format_usd(figure)
    if unit == "usd_per_million_tokens":
        return f"{format_usd(figure)} per million tokens"
    if unit == "share":
        return f"{figure * 100:,.1f} %"
    if unit in {"ratio", "amount"}:
        return f"{figure:,.2f}"
    return format_count(figure)


def format_usd(figure: Decimal) -> str:
    """Write dollars, with as many digits as tell something."""
    size = abs(figure)
    if size < SMALLEST / 2:
        return "$0.00"
    sign = "-" if figure < 0 else ""
    if size >= WHOLE_DOLLARS:
        return f"{sign}${size:,.0f}"
    if size >= CENTS:
        return f"{sign}${size:,.2f}"
    return f"{sign}${size:.4f}"


def format_count(figure: Decimal) -> str:
    """Write a count; from a million on, in words."""
    for least, name in MAGNITUDES:
        if abs(figure) >= least:
            return f"{figure / Decimal(least):,.1f} {name}"
    return f"{figure:,.0f}"


def format_day(day: date) -> str:
    """Write a day without an order of figures that half the world reads otherwise."""
    return f"{day.day} {day:%B %Y}"


def format_period(period: Period) -> str:
    """Write a period by its days."""
    first, last = period.first, period.last
    if first == last:
        return f"on {format_day(first)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"from {first.day} to {format_day(last)}"
    return f"from {format_day(first)} to {format_day(last)}"


def format_change(now: Figure | None, earlier: Figure | None) -> str | None:
    """Write a change in percent; None where there is nothing to divide by."""
    if now is None or not earlier:
        return None
    share = (Decimal(str(now)) / Decimal(str(earlier)) - 1) * 100
    if abs(share) < Decimal("0.05"):
        return "the same"
    return f"{abs(share):,.1f} % {'more' if share > 0 else 'less'}"
