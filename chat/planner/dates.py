"""Every period that a question names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.days import read_day_or_month
from chat.planner.spans import (
    read_ago,
    read_days_of_month,
    read_part,
    read_since_weekday,
    read_span,
    read_week_of,
    read_weekend,
    read_window,
)
from chat.planner.time_words import (
    AMBIGUOUS,
    HINTS,
    LAST,
    LONGEST_PHRASE,
    PHRASES,
    THIS,
    WEEKDAY_WORDS,
    Found,
    days,
)
from chat.query import TimeRange

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from chat.planner.text import Word

UNITS = {"day", "week", "month", "quarter", "year", "period", "time"}
# Parts of a period before, of which as much is meant as there is of this one.
UNITS |= {"stretch", "span", "point", "date", "window", "timeframe", "interval"}


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
    readings = (
        read_days_of_month,
        read_since_weekday,
        read_span,
        read_ago,
        read_week_of,
        read_weekend,
        read_part,
        _read_phrase,
        read_window,
        _read_single,
    )
    found = (reading(texts, start, today) for reading in readings)
    return next((one for one in found if one is not None), None)


def _read_phrase(texts: list[str], start: int, _: date) -> Found | None:
    # Same month last year says what to compare with, not which period.
    between = {"of", "the", "in"}
    before = [one for one in texts[max(start - 4, 0) : start] if one not in between][
        -2:
    ]
    if before[:1] == ["same"] and before[1:] and before[1] in UNITS:
        return None
    for length in range(LONGEST_PHRASE, 0, -1):
        name = PHRASES.get(tuple(texts[start : start + length]))
        if name and start + length <= len(texts):
            return Found(TimeRange(name=name), start, start + length)
    return None


def _names_a_kind(before: list[str]) -> bool:
    """Whether a weekday is a kind of day, not that of last week: high for a Monday."""
    return before[-2:] == ["for", "a"] or before[-1:] == ["other"]


def _read_single(texts: list[str], start: int, today: date) -> Found | None:
    """Read March, March 10th, 2026-03-10, Q1, last Tuesday, on Monday."""
    text = texts[start]
    if text in LAST | THIS | {"on"} and start + 1 < len(texts):
        weekday = WEEKDAY_WORDS.get(texts[start + 1])
        if weekday:
            return Found(TimeRange(name=f"last_{weekday}"), start, start + 2)
    if text in WEEKDAY_WORDS and _names_a_kind(texts[:start]):
        return None
    if text in WEEKDAY_WORDS and text not in AMBIGUOUS:
        time = TimeRange(name=f"last_{WEEKDAY_WORDS[text]}")
        return Found(time, start, start + 1)
    found = read_day_or_month(texts, start, today)
    if found is None:
        return None
    period, end = found
    is_hinted = start > 0 and texts[start - 1] in HINTS
    is_word = text in AMBIGUOUS or text.isdigit()
    if end == start + 1 and is_word and not is_hinted:
        return None
    return days(period.first, period.last, start, end)
