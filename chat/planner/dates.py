"""Periods in words: named ones, months, quarters, dates and spans.

Dates as such are read by dateutil; here is only what makes a period of them.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dateutil import parser as date_parser

from chat.periods import LONGEST_WINDOW, WEEKDAYS, Period, month_of, shift_months
from chat.query import EARLIEST, LATEST, TimeRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat.planner.text import Word

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
MONTHS["sept"] = 9
QUARTERS = {"q1": 1, "q2": 4, "q3": 7, "q4": 10}
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3}
ORDINALS |= {"fourth": 4, "4th": 4}
HALVES = {"h1": 1, "h2": 2}
DAYS_OF_WEEK = 7
DAYS = {name: name for name in WEEKDAYS} | {name[:3]: name for name in WEEKDAYS}
DAYS |= {"tues": "tuesday", "thur": "thursday", "thurs": "thursday"}
# Months whose short or long name is an everyday word need a hint that one is meant.
AMBIGUOUS = {"may", "mar", "sat", "sun", "mon", "march"}
HINTS = {
    "in",
    "of",
    "for",
    "during",
    "on",
    "since",
    "to",
    "with",
    "vs",
    "versus",
    "than",
}
NUMBERS = {
    "one": 1,
    "two": 2,
    "couple": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fourteen": 14,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}
DAYS_OF = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}
LAST = {"last", "past", "previous", "prior", "trailing", "preceding", "recent"}
THIS = {"this", "current", "the"}
TO = {"to", "until", "till", "through", "thru", "and", "-"}
SINCE = {"since", "from", "starting"}


@dataclass(frozen=True)
class Found:
    """A period and the words that say it, from the first to before the last."""

    time: TimeRange
    start: int
    end: int


PHRASES: dict[tuple[str, ...], str] = {
    ("today",): "today",
    ("so", "far", "today"): "today",
    ("yesterday",): "yesterday",
    ("ystd",): "yesterday",
    ("yday",): "yesterday",
    ("last", "night"): "yesterday",
    ("this", "morning"): "today",
    ("this", "week"): "this_week",
    ("current", "week"): "this_week",
    ("week", "to", "date"): "this_week",
    ("wtd",): "this_week",
    ("last", "week"): "last_week",
    ("previous", "week"): "last_week",
    ("past", "week"): "last_7_days",
    ("this", "month"): "month_to_date",
    ("current", "month"): "month_to_date",
    ("month", "to", "date"): "month_to_date",
    ("so", "far", "this", "month"): "month_to_date",
    ("this", "month", "so", "far"): "month_to_date",
    ("since", "the", "1st"): "month_to_date",
    ("since", "the", "first"): "month_to_date",
    ("since", "the", "start", "of", "the", "month"): "month_to_date",
    ("since", "the", "beginning", "of", "the", "month"): "month_to_date",
    ("mtd",): "month_to_date",
    ("last", "month"): "last_month",
    ("previous", "month"): "last_month",
    ("past", "month"): "last_30_days",
    ("past", "quarter"): "last_90_days",
    ("past", "year"): "last_365_days",
    ("next", "month"): "next_month",
    ("coming", "month"): "next_month",
    ("this", "quarter"): "this_quarter",
    ("current", "quarter"): "this_quarter",
    ("quarter", "to", "date"): "this_quarter",
    ("qtd",): "this_quarter",
    ("last", "quarter"): "last_quarter",
    ("previous", "quarter"): "last_quarter",
    ("this", "year"): "year_to_date",
    ("current", "year"): "year_to_date",
    ("year", "to", "date"): "year_to_date",
    ("so", "far", "this", "year"): "year_to_date",
    ("since", "the", "start", "of", "the", "year"): "year_to_date",
    ("since", "the", "beginning", "of", "the", "year"): "year_to_date",
    ("ytd",): "year_to_date",
    ("last", "year"): "last_year",
    ("previous", "year"): "last_year",
}
LONGEST_PHRASE = max(len(phrase) for phrase in PHRASES)


def find_periods(words: Sequence[Word], today: date) -> list[Found]:
    """Find every period that the words name, from left to right.

    Args:
        words: The question.
        today: The asker's day, for what has no year and for "last".
    """
    texts = [word.text for word in words]
    found: list[Found] = []
    start = 0
    while start < len(texts):
        one = _read(texts, start, today)
        if one is None:
            start += 1
        else:
            found.append(one)
            start = one.end
    return found


def _read(texts: list[str], start: int, today: date) -> Found | None:
    for reading in (
        _days_of_month,
        _span,
        _day_before,
        _part,
        _phrase,
        _window,
        _single,
    ):
        one = reading(texts, start, today)
        if one is not None:
            return one
    return None


def _day_before(texts: list[str], start: int, today: date) -> Found | None:
    """Read the day before yesterday, last weekend."""
    if texts[start : start + 3] == ["day", "before", "yesterday"]:
        day = today - timedelta(days=2)
        return _days(day, day, start, start + 3)
    words = texts[start : start + 2]
    if len(words) == len(("last", "weekend")) and words[1] == "weekend":
        sunday = today - timedelta(days=today.weekday() + 1)
        if words[0] in LAST:
            return _days(sunday - timedelta(days=1), sunday, start, start + 2)
    return None


def _part(texts: list[str], start: int, today: date) -> Found | None:
    """Read the first half of October, its second week, its first 10 days."""
    which = ORDINALS.get(texts[start])
    unit = texts[start + 1] if start + 1 < len(texts) else ""
    if unit in {"week", "half"} and texts[start + 2 : start + 3] == ["of"]:
        whole = _day_or_month(texts, start + 3, today)
        if which is None or whole is None or whole[0].days < DAYS_OF_WEEK:
            return None
        found = _half(whole[0], which) if unit == "half" else _week(whole[0], which)
        return _days(*found, start, whole[1]) if found else None
    if which == 1 and _number(unit) and texts[start + 2 : start + 4] == ["day", "of"]:
        whole = _day_or_month(texts, start + 4, today)
        count = _number(unit) or 0
        if whole and count <= whole[0].days:
            last = whole[0].first + timedelta(days=count - 1)
            return _days(whole[0].first, last, start, whole[1])
    return None


def _half(whole: Period, which: int) -> tuple[date, date] | None:
    months = (whole.last.month - whole.first.month) + 1
    if which > len(HALVES):
        return None
    if months > 1:
        middle = shift_months(whole.first, months // 2)
    else:
        middle = whole.first.replace(day=16)
    if which == 1:
        return whole.first, middle - timedelta(days=1)
    return middle, whole.last


def _week(whole: Period, which: int) -> tuple[date, date]:
    """Give seven days from the first on, as a week of a month is counted."""
    first = whole.first + timedelta(days=DAYS_OF_WEEK * (which - 1))
    return first, min(first + timedelta(days=DAYS_OF_WEEK - 1), whole.last)


def _phrase(texts: list[str], start: int, _: date) -> Found | None:
    # Same month last year says what to compare with, not which period.
    if start > 1 and texts[start - 2] == "same":
        return None
    for length in range(LONGEST_PHRASE, 0, -1):
        name = PHRASES.get(tuple(texts[start : start + length]))
        if name and start + length <= len(texts):
            return Found(TimeRange(name=name), start, start + length)
    return None


def _window(texts: list[str], start: int, _: date) -> Found | None:
    """Read last 7 days, past two weeks, 30 days."""
    at = start
    has_last = at < len(texts) and texts[at] in LAST
    at += has_last
    count = _number(texts[at]) if at < len(texts) else None
    if count is None and texts[at : at + 3] == ["couple", "of", "day"]:
        count, at = 2, at + 1
    if count is None or not has_last:
        return None
    at += 1
    at += texts[at : at + 1] == ["of"]
    unit = texts[at] if at < len(texts) else ""
    if unit not in DAYS_OF or not 1 <= count * DAYS_OF[unit] <= LONGEST_WINDOW:
        return None
    name = f"last_{count * DAYS_OF[unit]}_days"
    return Found(TimeRange(name=name), start, at + 1)


def _span(  # noqa: PLR0911 - one way out per form of a span
    texts: list[str], start: int, today: date
) -> Found | None:
    """Read between March 1 and March 15, from May to July, since January."""
    if texts[start] in {"between", *SINCE}:
        first = _day_or_month(texts, start + 1, today)
        if first is None:
            return None
        period, end = first
        if end < len(texts) and texts[end] in TO:
            second = _day_or_month(texts, end + 1, today)
            if second is None and end + 1 < len(texts) and texts[end + 1].isdigit():
                second = _same_month(texts, end + 1, period)
            if second:
                return _days(period.first, second[0].last, start, second[1])
        if texts[start] == "between":
            return None
        if period.first == date(today.year, 1, 1):
            return Found(TimeRange(name="year_to_date"), start, end)
        return _days(period.first, max(today, period.last), start, end)
    first = _day_or_month(texts, start, today)
    if first is None or first[1] >= len(texts) or texts[first[1]] not in TO - {"and"}:
        return None
    second = _day_or_month(texts, first[1] + 1, today)
    if second is None and first[1] + 1 < len(texts):
        second = _same_month(texts, first[1] + 1, first[0])
    return _days(first[0].first, second[0].last, start, second[1]) if second else None


def _days_of_month(texts: list[str], start: int, today: date) -> Found | None:
    """Read 1 to 15 October: the month stands once, at the end."""
    number = _ordinal(texts[start])
    if not number or texts[start + 1 : start + 2] not in [[one] for one in TO]:
        return None
    second = _day_or_month(texts, start + 2, today)
    if second is None or second[0].days > 1 or number > second[0].first.day:
        return None
    first = second[0].first.replace(day=number)
    return _days(first, second[0].last, start, second[1])


def _same_month(texts: list[str], at: int, period: Period) -> tuple[Period, int] | None:
    number = _ordinal(texts[at])
    if number is None or not 1 <= number <= month_of(period.first).last.day:
        return None
    day = period.first.replace(day=number)
    return Period(first=day, last=day), at + 1


def _single(texts: list[str], start: int, today: date) -> Found | None:
    """Read March, March 10th, 2026-03-10, Q1, last Tuesday, on Monday."""
    at = start
    if texts[at] in LAST | THIS | {"on"} and at + 1 < len(texts):
        weekday = DAYS.get(texts[at + 1])
        if weekday:
            return Found(TimeRange(name=f"last_{weekday}"), start, at + 2)
    if DAYS.get(texts[at]) and texts[at] not in AMBIGUOUS:
        return Found(TimeRange(name=f"last_{DAYS[texts[at]]}"), start, at + 1)
    found = _day_or_month(texts, at, today)
    if found is None:
        return None
    is_hinted = at > 0 and texts[at - 1] in HINTS
    is_bare = found[1] == at + 1
    is_word = texts[at] in AMBIGUOUS or texts[at].isdigit()
    if is_bare and is_word and not is_hinted:
        return None
    return _days(found[0].first, found[0].last, start, found[1])


def _day_or_month(  # noqa: C901, PLR0911 - one way out per form of a date
    texts: list[str], at: int, today: date
) -> tuple[Period, int] | None:
    """Read one day, month, quarter or year, and say where it ends."""
    if at < len(texts) and texts[at] in {"the", "on"}:
        at += 1
    if at >= len(texts):
        return None
    text = texts[at]
    if text == "yesterday":
        day = today - timedelta(days=1)
        return Period(first=day, last=day), at + 1
    if text == "today":
        return Period(first=today, last=today), at + 1
    if text in MONTHS:
        return _month_or_day_of_it(texts, at, today)
    year, end = _year([text], 0, today)
    if end and text == str(year):
        return Period(first=date(year, 1, 1), last=date(year, 12, 31)), at + 1
    if text in QUARTERS:
        return _quarter(texts, at, today)
    if text in HALVES:
        year, end = _year(texts, at + 1, today)
        first = date(year, 6 * (HALVES[text] - 1) + 1, 1)
        return Period(first=first, last=month_of(shift_months(first, 5)).last), end
    if text in ORDINALS and texts[at + 1 : at + 2] == ["quarter"]:
        return _quarter(
            [*texts[: at + 1], f"q{ORDINALS[text]}", *texts[at + 2 :]], at + 1, today
        )
    number = _ordinal(text)
    after = at + 1 + (texts[at + 1 : at + 2] == ["of"])
    if number and after < len(texts) and texts[after] in MONTHS:
        year, end = _year(texts, after + 1, today)
        found = _day(
            year, MONTHS[texts[after]], number, today if end == after + 1 else LATEST
        )
        return (found, end) if found else None
    return _written_date(text, at)


def _quarter(texts: list[str], at: int, today: date) -> tuple[Period, int]:
    year, end = _year(texts, at + 1, today)
    first = date(year, QUARTERS[texts[at]], 1)
    if first > today and end == at + 1:
        first = first.replace(year=year - 1)
    return Period(first=first, last=month_of(shift_months(first, 2)).last), end


def _month_or_day_of_it(
    texts: list[str], at: int, today: date
) -> tuple[Period, int] | None:
    month = MONTHS[texts[at]]
    number = _ordinal(texts[at + 1]) if at + 1 < len(texts) else None
    if number:
        year, end = _year(texts, at + 2, today)
        found = _day(year, month, number, today if end == at + 2 else LATEST)
        return (found, end) if found else None
    year, end = _year(texts, at + 1, today)
    if end == at + 1 and date(year, month, 1) > today:
        year -= 1
    return month_of(date(year, month, 1)), end


def _day(year: int, month: int, number: int, newest: date) -> Period | None:
    """Give a day; one without a year is the newest that is not to come."""
    if not 1 <= number <= calendar.monthrange(year, month)[1]:
        return None
    day = date(year, month, number)
    day = shift_months(day, -12) if day > newest else day
    return Period(first=day, last=day)


def _written_date(text: str, at: int) -> tuple[Period, int] | None:
    """Read a date in figures; one without a separator is a number."""
    if not any(sign in text for sign in "-/") or not any(c.isdigit() for c in text):
        return None
    try:
        day = date_parser.isoparse(text).date()
    except ValueError:
        try:
            day = date_parser.parse(text).date()
        except (ValueError, OverflowError):
            return None
    if len(text) == len("2026-03"):
        period = month_of(day)
        return period, at + 1
    return Period(first=day, last=day), at + 1


def _year(texts: list[str], at: int, today: date) -> tuple[int, int]:
    at += texts[at : at + 1] in (["of"], ["in"])
    text = texts[at] if at < len(texts) else ""
    if text.isdigit() and EARLIEST.year <= int(text) < LATEST.year:
        return int(text), at + 1
    return today.year, at


def _number(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= len(str(LONGEST_WINDOW)):
        return int(text)
    return NUMBERS.get(text)


def _ordinal(text: str) -> int | None:
    for ending in ("st", "nd", "rd", "th"):
        if text.endswith(ending) and text[:-2].isdigit():
            return int(text[:-2])
    is_day = text.isascii() and text.isdigit() and len(text) <= len("31")
    return int(text) if is_day else None


def _days(first: date, last: date, start: int, end: int) -> Found | None:
    if last < first:
        return None
    return Found(TimeRange(first=first, last=last), start, end)
