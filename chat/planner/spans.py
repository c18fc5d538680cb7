"""Windows, spans from one day to another, and parts of months in words."""

from __future__ import annotations

import re
from datetime import date, timedelta

from chat.periods import LONGEST_WINDOW, Period, month_of, resolve, shift_months
from chat.planner.days import MONTHS_OF, ORDINALS, ordinal, read_day_or_month
from chat.planner.time_words import (
    DAYS_OF,
    DAYS_OF_WEEK,
    LAST,
    NUMBERS,
    ONWARD,
    SINCE,
    TO,
    WEEKDAY_WORDS,
    Found,
    days,
)
from chat.query import TimeRange

# L7D, 30d, l4w: last n days, weeks or months; a bare 3m would be three million.
_SHORT_WINDOW = re.compile(r"l(\d+)([dwm])|(\d+)([dw])")
COMPARING = {"compare", "compared", "comparison", "difference", "versus", "vs"}
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
_UNITS = {"d": "day", "w": "week", "m": "month"}


def read_window(texts: list[str], start: int, _: date) -> Found | None:
    """Read last 7 days, past two weeks, trailing 30 days, L7D."""
    at = start
    has_last = texts[at] in LAST
    at += has_last
    short = _SHORT_WINDOW.fullmatch(texts[at]) if at < len(texts) else None
    if short:
        count, unit = (part for part in short.groups() if part)
        return _window(int(count), _UNITS[unit], start, at + 1)
    count_of = _number(texts[at]) if has_last and at < len(texts) else None
    if count_of is None:
        return None
    at += 1
    at += texts[at : at + 1] == ["of"]
    return _window(count_of, texts[at] if at < len(texts) else "", start, at + 1)


def _window(count: int, unit: str, start: int, end: int) -> Found | None:
    if unit not in DAYS_OF or not 1 <= count * DAYS_OF[unit] <= LONGEST_WINDOW:
        return None
    return Found(TimeRange(name=f"last_{count * DAYS_OF[unit]}_days"), start, end)


def read_ago(texts: list[str], start: int, today: date) -> Found | None:
    """Read 3 days ago, the month before last, the day before yesterday."""
    words = texts[start : start + 3]
    if words == ["day", "before", "yesterday"]:
        return _back("day", 2, start, start + 3, today)
    if words[1:] == ["before", "last"]:
        return _back(words[0], 2, start, start + 3, today)
    count = 1 if words[:1] in (["a"], ["one"]) else _number(texts[start])
    if count and words[2:] == ["ago"]:
        return _back(words[1], count, start, start + 3, today)
    return None


def _back(unit: str, count: int, start: int, end: int, today: date) -> Found | None:
    """Give the day, week or month that is so many of them before today's."""
    if unit == "day":
        day = today - timedelta(days=count)
        return days(day, day, start, end)
    if unit == "week":
        week = resolve("this_week", today=today).shifted(-DAYS_OF_WEEK * count)
        return days(week.first, week.last, start, end)
    if unit in MONTHS_IN:
        length = MONTHS_IN[unit]
        of_today = today.replace(day=1, month=today.month - (today.month - 1) % length)
        first = shift_months(of_today, -count * length)
        last = month_of(shift_months(first, length - 1)).last
        return days(first, last, start, end)
    return None


def read_week_of(texts: list[str], start: int, today: date) -> Found | None:
    """Read the week of November 9: the one that the day is in."""
    if texts[start : start + 2] != ["week", "of"]:
        return None
    found = read_day_or_month(texts, start + 2, today)
    if found is None or found[0].days > 1:
        return None
    week = resolve("this_week", today=found[0].first)
    return days(week.first, week.last, start, found[1])


def read_weekend(texts: list[str], start: int, today: date) -> Found | None:
    """Read last weekend, over the weekend."""
    words = texts[start : start + 2]
    if words[1:] != ["weekend"] or words[0] not in {*LAST, "the"}:
        return None
    sunday = today - timedelta(days=today.weekday() + 1)
    return days(sunday - timedelta(days=1), sunday, start, start + 2)


def read_span(texts: list[str], start: int, today: date) -> Found | None:
    """Read between March 1 and March 15, from May to July, since January."""
    is_led = texts[start] in {"between", *SINCE}
    if texts[start] == "between" and COMPARING & set(texts):
        # Between two that are compared lies nothing.
        return None
    is_of_day = texts[start : start + 2] in (["from", "yesterday"], ["from", "today"])
    if is_of_day and not TO & set(texts[start + 2 : start + 3]):
        # The alerts from yesterday are those of one day.
        return None
    first = read_day_or_month(texts, start + is_led, today)
    if first is None:
        return None
    period, end = first
    # Two months with "and" are two periods; between them they are one.
    joints = TO if is_led else TO - {"and"}
    if texts[end : end + 1] and texts[end] in joints:
        second = read_day_or_month(texts, end + 1, today)
        second = second or _same_month(texts, end + 1, period)
        if second:
            return _from_to(period.first, second[0].last, start, second[1])
    word = texts[start]
    if word == "from" and _goes_on(texts[end : end + 2]):
        word, end = "since", end + 1
    return _since(word, period, today, (start, end))


def _goes_on(after: list[str]) -> bool:
    """Whether from a month on is meant: from May on, but not: from May on Azure."""
    if after[:1] == ["on"]:
        return after[1:] in ([], ["by"], ["per"], ["for"])
    return bool(after) and after[0] in ONWARD


def _since(
    word: str, period: Period, today: date, place: tuple[int, int]
) -> Found | None:
    """Give the days since a period has begun; the invoice from October is its own."""
    if word not in SINCE:
        return None
    if word == "from" and period.first != period.last:
        return days(period.first, period.last, *place)
    if period.first == date(today.year, 1, 1):
        return Found(TimeRange(name="year_to_date"), *place)
    return days(period.first, max(today, period.last), *place)


def _from_to(first: date, last: date, start: int, end: int) -> Found | None:
    """Give a span; Nov to Jan without years begins in the year before."""
    if last < first:
        first = shift_months(first, -12)
    return days(first, last, start, end)


def read_since_weekday(texts: list[str], start: int, today: date) -> Found | None:
    """Read since Monday, since last Tuesday."""
    if texts[start] not in SINCE - {"from"}:
        return None
    at = start + 1
    at += texts[at : at + 1] in [[one] for one in LAST]
    name = WEEKDAY_WORDS.get(texts[at]) if at < len(texts) else None
    if name is None:
        return None
    first = resolve(f"last_{name}", today=today).first
    return days(first, today, start, at + 1)


def read_days_of_month(texts: list[str], start: int, today: date) -> Found | None:
    """Read 1 to 15 October, between the 1st and the 10th of October."""
    at = start + (texts[start] in {"between", *SINCE})
    at += texts[at : at + 1] == ["the"]
    number = ordinal(texts[at]) if at < len(texts) else None
    if not number or texts[at + 1 : at + 2] not in [[one] for one in TO]:
        return None
    second = read_day_or_month(texts, at + 2, today)
    if second is None or second[0].days > 1 or number > second[0].first.day:
        return None
    first = second[0].first.replace(day=number)
    return days(first, second[0].last, start, second[1])


def _same_month(texts: list[str], at: int, period: Period) -> tuple[Period, int] | None:
    at += texts[at : at + 1] == ["the"]
    number = ordinal(texts[at]) if at < len(texts) else None
    if number is None or not 1 <= number <= month_of(period.first).last.day:
        return None
    day = period.first.replace(day=number)
    return type(period)(first=day, last=day), at + 1


def read_part(texts: list[str], start: int, today: date) -> Found | None:
    """Read the first half of October, its second week, its first 10 days."""
    which = ORDINALS.get(texts[start])
    unit = texts[start + 1] if start + 1 < len(texts) else ""
    count = 1
    if which == 1 and _number(unit) and texts[start + 2 : start + 3] == ["day"]:
        count, unit = _number(unit) or 0, "days"
    of = start + (3 if unit == "days" else 2)
    whole = (
        read_day_or_month(texts, of + 1, today)
        if texts[of : of + 1] == ["of"]
        else None
    )
    if whole is None and texts[of + 1 : of + 3] in (["the", "year"], ["this", "year"]):
        year = date(today.year, 1, 1), date(today.year, 12, 31)
        whole = Period(first=year[0], last=year[1]), of + 3
    if which is None or whole is None or whole[0].days < DAYS_OF_WEEK:
        return None
    if unit == "half":
        found = _half(whole[0], which)
    elif unit in {"week", "days"}:
        length = DAYS_OF_WEEK if unit == "week" else count
        first = whole[0].first + timedelta(days=length * (which - 1))
        found = first, min(first + timedelta(days=length - 1), whole[0].last)
    else:
        return None
    return days(*found, start, whole[1]) if found else None


def _half(whole: Period, which: int) -> tuple[date, date] | None:
    """Give half of a month, which is its first 15 days or the rest, or of a year."""
    months = (whole.last.month - whole.first.month) + 1
    if which * months // 2 > MONTHS_OF["half"] * 2:
        return None
    middle = whole.first.replace(day=16)
    if months > 1:
        middle = shift_months(whole.first, months // 2)
    if which == 1:
        return whole.first, middle - timedelta(days=1)
    return (middle, whole.last) if which == len(("first", "second")) else None


def _number(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= len(str(LONGEST_WINDOW)):
        return int(text)
    return NUMBERS.get(text)
