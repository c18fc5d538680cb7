"""The words of time, and what a period in words is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chat.periods import WEEKDAYS
from chat.planner.lexicon import PERIODS, written
from chat.query import TimeRange

if TYPE_CHECKING:
    from datetime import date

PHRASES = {
    words: name
    for name, spellings in PERIODS.items()
    for phrase in spellings
    for words in written(phrase)
}
LONGEST_PHRASE = max(len(phrase) for phrase in PHRASES)
WEEKDAY_WORDS = {name: name for name in WEEKDAYS} | {
    name[:3]: name for name in WEEKDAYS
}
WEEKDAY_WORDS |= {"tues": "tuesday", "thur": "thursday", "thurs": "thursday"}
# Months and days whose name is an everyday word need a hint that one is meant.
AMBIGUOUS = {"may", "mar", "sat", "sun", "mon", "march"}
HINTS = {"in", "of", "for", "during", "on", "since", "to", "with", "vs", "versus"}
HINTS |= {"than"}
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = {name: number for number, name in enumerate(_COUNTS, start=2)}
NUMBERS |= {"one": 1, "couple": 2, "twelve": 12, "fourteen": 14, "thirty": 30}
NUMBERS |= {"sixty": 60, "ninety": 90}
DAYS_OF = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}
DAYS_OF_WEEK = 7
LAST = {"last", "past", "previous", "prior", "trailing", "preceding", "recent"}
LAST |= {"rolling"}
THIS = {"this", "current", "the"}
TO = {"to", "until", "till", "through", "thru", "and", "-"}
SINCE = {"since", "from", "starting"}
# From January on is since January.
ONWARD = {"onward", "forward"}


@dataclass(frozen=True)
class Found:
    """A period and the words that say it, from the first to before the last."""

    time: TimeRange
    start: int
    end: int


def days(first: date, last: date, start: int, end: int) -> Found | None:
    """Give a span of days, None where it ends before it begins."""
    if last < first:
        return None
    return Found(TimeRange(first=first, last=last), start, end)
