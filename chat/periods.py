"""Periods of time: named ones, resolved to days.

Weeks begin on Monday. `today` is a day in the asker's time zone; the days of the bills
are UTC days.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from chat.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LONGEST_WINDOW = 1_100
WINDOW_NAME = "last_{n}_days"


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last < self.first:
            raise QueryError(
                f"The period from {self.first} to {self.last} ends before it begins."
            )

    @property
    def days(self) -> int:
        """Count the days."""
        return (self.last - self.first).days + 1

    def shifted(self, days: int) -> Period:
        """Give the period some days later, or earlier for a negative number."""
        step = timedelta(days=days)
        return Period(first=self.first + step, last=self.last + step)


def merged(periods: Iterable[Period]) -> list[Period]:
    """Join periods that overlap or follow on each other, so that no day is twice."""
    found: list[Period] = []
    for one in sorted(periods, key=lambda period: period.first):
        if found and one.first <= found[-1].last + timedelta(days=1):
            last = max(found[-1].last, one.last)
            found[-1] = Period(first=found[-1].first, last=last)
        else:
            found.append(one)
    return found


def shift_months(day: date, months: int) -> date:
    """Give the same day of another month, or that month's last if it has none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def month_of(day: date) -> Period:
    """Give the whole month of a day."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(first=day.replace(day=1), last=day.replace(day=last))


def _week_of(day: date) -> Period:
    first = day - timedelta(days=day.weekday())
    return Period(first=first, last=first + timedelta(days=6))


def _quarter_of(day: date) -> Period:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return Period(first=first, last=month_of(shift_months(first, 2)).last)


def _year_of(day: date) -> Period:
    return Period(first=date(day.year, 1, 1), last=date(day.year, 12, 31))


def _single(day: date) -> Period:
    return Period(first=day, last=day)


def _last_weekday(number: int) -> Callable[[date], Period]:
    """Give the newest such weekday before a day."""
    return lambda today: _single(
        today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    )


WEEKDAYS = tuple(name.lower() for name in calendar.day_name)
NAMED: dict[str, Callable[[date], Period]] = {
    "today": _single,
    "yesterday": lambda today: _single(today - timedelta(days=1)),
    "this_week": _week_of,
    "last_week": lambda today: _week_of(today - timedelta(days=7)),
    "this_month": month_of,
    "last_month": lambda today: month_of(shift_months(today, -1)),
    "next_month": lambda today: month_of(shift_months(today, 1)),
    "this_quarter": _quarter_of,
    "last_quarter": lambda today: _quarter_of(shift_months(today, -3)),
    "this_year": _year_of,
    "last_year": lambda today: _year_of(date(today.year - 1, 1, 1)),
    "month_to_date": lambda today: Period(first=today.replace(day=1), last=today),
    "year_to_date": lambda today: Period(first=date(today.year, 1, 1), last=today),
    **{f"last_{name}": _last_weekday(n) for n, name in enumerate(WEEKDAYS)},
}


def resolve(name: str, *, today: date, complete_until: date | None = None) -> Period:
    """Give the days of a named period.

    Args:
        name: One of `NAMED`, or last_<n>_days.
        today: The asker's day.
        complete_until: Last day that the bills hold completely. The last n days end on
            it, as long as it is in the past.
    """
    if name in NAMED:
        return NAMED[name](today)
    count = window_days(name)
    if count is None:
        known = ", ".join([*NAMED, WINDOW_NAME.format(n="<n>")])
        raise QueryError(f"The period {name!r} is not known; known are {known}.")
    end = today - timedelta(days=1)
    if complete_until is not None:
        end = min(end, complete_until)
    return Period(first=end - timedelta(days=count - 1), last=end)


def window_days(name: str) -> int | None:
    """Give n of last_<n>_days, None for any other name."""
    start, end = WINDOW_NAME.split("{n}")
    digits = name.removeprefix(start).removesuffix(end)
    if name != f"{start}{digits}{end}" or not (digits.isascii() and digits.isdigit()):
        return None
    count = int(digits) if len(digits) < len(str(LONGEST_WINDOW)) + 1 else 0
    if not 1 <= count <= LONGEST_WINDOW:
        raise QueryError(f"The last n days take an n from 1 to {LONGEST_WINDOW}.")
    return count
