"""One day, month, quarter, half or year in words, and where it ends.

Dates in figures are read by dateutil.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from dateutil import parser as date_parser

from chat.periods import Period, month_of, shift_months
from chat.query import EARLIEST, LATEST

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = tuple[Period, int]

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
MONTHS["sept"] = 9
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
ORDINALS |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
# Parts of a year by the months that each has.
PARTS = {f"q{n}": (n, 3) for n in range(1, 5)} | {"h1": (1, 6), "h2": (2, 6)}
MONTHS_OF = {"quarter": 3, "half": 6}
LONGEST_DAY = len("31")


def read_day_or_month(texts: list[str], at: int, today: date) -> Read | None:
    """Read one day, month, quarter, half or year.

    What has no year is the newest such period that has begun.

    Args:
        texts: The words.
        at: Where it begins.
        today: The asker's day.

    Returns:
        The period, and the place after its last word.
    """
    at += texts[at : at + 1] in (["the"], ["on"])
    if texts[at : at + 2] in (["beginning", "of"], ["start", "of"]):
        # Since the beginning of a month is since its first day.
        at += 2
    if at >= len(texts):
        return None
    readings: tuple[Callable[[list[str], int, date], Read | None], ...] = (
        _day_by_name,
        _month_or_day_of_it,
        _day_then_month,
        _year_alone,
        _part_of_year,
        _day_of_this_month,
        _date_in_figures,
    )
    found = (reading(texts, at, today) for reading in readings)
    return next((one for one in found if one is not None), None)


def ordinal(text: str) -> int | None:
    """Read 3rd or 3 as the number of a day; None for what is none."""
    for ending in ("st", "nd", "rd", "th"):
        if text.endswith(ending) and text[:-2].isdigit():
            return int(text[:-2])
    is_day = text.isascii() and text.isdigit() and len(text) <= LONGEST_DAY
    return int(text) if is_day else None


def _day_by_name(texts: list[str], at: int, today: date) -> Read | None:
    named = {"yesterday": date.fromordinal(today.toordinal() - 1)}
    named |= {"today": today}
    day = named.get(texts[at])
    return (Period(first=day, last=day), at + 1) if day else None


def _month_or_day_of_it(texts: list[str], at: int, today: date) -> Read | None:
    """Read March, March 2026, March 10th, March 10th 2026."""
    month = MONTHS.get(texts[at])
    if month is None:
        return None
    number = ordinal(texts[at + 1]) if at + 1 < len(texts) else None
    if number:
        return _day(texts, at + 2, month, number, today)
    year, end = _year(texts, at + 1, today)
    if end == at + 1 and date(year, month, 1) > today:
        year -= 1
    return month_of(date(year, month, 1)), end


def _day_then_month(texts: list[str], at: int, today: date) -> Read | None:
    """Read 10 March, the 10th of March 2026."""
    number = ordinal(texts[at])
    after = at + 1 + (texts[at + 1 : at + 2] == ["of"])
    if not number or after >= len(texts) or texts[after] not in MONTHS:
        return None
    return _day(texts, after + 1, MONTHS[texts[after]], number, today)


def _day_of_this_month(texts: list[str], at: int, today: date) -> Read | None:
    """Read the 15th, which is the newest one that is not to come."""
    if at == 0 or texts[at - 1] != "the" or texts[at].isdigit():
        return None
    if texts[at - 2 : at - 1] == ["since"]:
        return None
    number = ordinal(texts[at])
    if not number or texts[at + 1 : at + 2] in (["of"], ["most"], ["biggest"]):
        return None
    first = today.replace(day=1)
    first = first if number <= today.day else shift_months(first, -1)
    if not 1 <= number <= month_of(first).last.day:
        return None
    day = first.replace(day=number)
    return Period(first=day, last=day), at + 1


def _day(
    texts: list[str], at: int, month: int, number: int, today: date
) -> Read | None:
    """Give a day; one without a year is the newest that is not to come."""
    year, end = _year(texts, at, today)
    if not 1 <= number <= calendar.monthrange(year, month)[1]:
        return None
    day = date(year, month, number)
    day = shift_months(day, -12) if end == at and day > today else day
    return Period(first=day, last=day), end


def _year_alone(texts: list[str], at: int, today: date) -> Read | None:
    year, end = _year(texts[: at + 1], at, today)
    if end == at or not texts[at].isdigit():
        return None
    return Period(first=date(year, 1, 1), last=date(year, 12, 31)), end


def _part_of_year(texts: list[str], at: int, today: date) -> Read | None:
    """Read Q3, the third quarter of 2025, H1 2026."""
    part, end = PARTS.get(texts[at]), at + 1
    if part is None and texts[at] in ORDINALS and texts[end : end + 1] == ["quarter"]:
        part, end = (ORDINALS[texts[at]], MONTHS_OF["quarter"]), end + 1
    if part is None:
        return None
    number, months = part
    year, after = _year(texts, end, today)
    first = date(year, months * (number - 1) + 1, 1)
    if first > today and after == end:
        first = first.replace(year=year - 1)
    return Period(first=first, last=month_of(shift_months(first, months - 1)).last), (
        after
    )


def _date_in_figures(texts: list[str], at: int, today: date) -> Read | None:
    """Read 2026-03-10, 3/10/2026, 10.03.2026, 2026-03; a bare number is no date."""
    text = texts[at]
    is_dotted = text.count(".") == 2 and text.replace(".", "").isdigit()  # noqa: PLR2004
    is_date = any(sign in text for sign in "-/") and any(c.isdigit() for c in text)
    if not (is_dotted or is_date):
        return None
    start = datetime.combine(today, time())
    try:
        day = date_parser.isoparse(text).date()
    except ValueError:
        try:
            day = date_parser.parse(text, default=start, dayfirst=is_dotted).date()
        except (ValueError, OverflowError):
            return None
    if len(text) == len("2026-03"):
        return month_of(day), at + 1
    has_year = str(day.year) in text or len(text) > len("12/31")
    if not has_year and day > today:
        day = shift_months(day, -12)
    return Period(first=day, last=day), at + 1


def _year(texts: list[str], at: int, today: date) -> tuple[int, int]:
    at_year = at + (texts[at : at + 1] in (["of"], ["in"]))
    text = texts[at_year] if at_year < len(texts) else ""
    if texts[at_year : at_year + 2] in (["last", "year"], ["this", "year"]):
        return today.year - (text == "last"), at_year + 2
    if text.isdigit() and EARLIEST.year <= int(text) < LATEST.year:
        return int(text), at_year + 1
    return today.year, at
