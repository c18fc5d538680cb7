"""What a figure is held against: the period before, or the same one of last year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.periods import WEEKDAYS
from chat.planner.parts import AGAINST, side_by_side
from chat.query import Comparison, compared_period

if TYPE_CHECKING:
    from chat.metrics import Metric
    from chat.planner.slots import Slots
    from chat.query import TimeRange

# What may stand between a comparing word and the period that is held against.
BEFORE_A_PERIOD = {"the", "to", "with", "that", "of", "in", "our", "those"}
SAVED = {"cache_savings", "batch_savings"}
APART = {"compare", "compared", "comparison"}
BEING = ("is", "are", "was", "were", "has", "have")
DAYS = {"today", "yesterday", *(f"last_{name}" for name in WEEKDAYS)}
# The period that goes on, of the one before it.
NOW_OF = {
    "yesterday": "today",
    "last_week": "this_week",
    "last_month": "month_to_date",
    "last_quarter": "this_quarter",
    "last_year": "year_to_date",
}


def comparison_of(slots: Slots, metric: Metric) -> Comparison | None:
    """Give what a figure is held against, None where that is nothing.

    Args:
        slots: The question.
        metric: The figure.
    """
    step = next((name for name in AGAINST if slots.has(name)), None)
    if step:
        is_of_day = bool(slots.periods) and is_one_day(slots.periods[0].time)
        # A day against that of the month before is held against the same day.
        is_day_before = step == "mom" and is_of_day
        kind = "same_period_last_month" if is_day_before else AGAINST[step][1]
        return Comparison(kind=kind)
    if len(slots.periods) > 1 and slots.has("versus", "than", "growth"):
        is_once = len({one.time for one in slots.periods}) == 1
        # AWS this month against Azure this month: those two are held side by side.
        return None if is_once and side_by_side(slots) else _held_against(slots)
    if slots.says("than") and side_by_side(slots) and not is_only_held_against(slots):
        return None
    if metric.name in SAVED and not is_only_held_against(slots):
        # What is lower by caching is the saving itself.
        return None
    places = [*slots.signs.get("up", ()), *slots.signs.get("down", ())]
    # Gemini or GPT, which was dearer: those two are held against one another.
    beside = side_by_side(slots)
    places = [at for at in places if not (beside and is_comparative(slots, at))]
    moves = bool(places) and slots.says(*BEING)
    changes = slots.has("growth", "changed") or moves
    is_held = is_only_held_against(slots) or (changes and not slots.has("fast"))
    is_held = is_held or (slots.has("period before") and bool(slots.periods))
    if metric.is_growth or is_held:
        return Comparison(kind="previous_period")
    return None


def is_comparative(slots: Slots, at: int) -> bool:
    """Whether a word for a move is a comparative: dearer, lower.

    Args:
        slots: The question.
        at: Where it stands.
    """
    return slots.ends[at] == at + 1 and slots.words[at].text.endswith("er")


def is_one_day(time: TimeRange) -> bool:
    """Whether a period is a single day.

    Args:
        time: The period.
    """
    return time.name in DAYS or (time.name is None and time.first == time.last)


def _held_against(slots: Slots) -> Comparison:
    """Give the comparison that leads from the newer of two periods to the older."""
    one, other = (found.time.resolve(today=slots.today) for found in slots.periods[:2])
    newer, older = (one, other) if one.first >= other.first else (other, one)
    year_before = Comparison(kind="same_period_last_year")
    if compared_period(newer, year_before).first == older.first:
        return year_before
    return Comparison(kind="previous_period")


def is_only_held_against(slots: Slots) -> bool:
    """Whether the one period that is named is the one before: vs last week.

    Args:
        slots: The question.
    """
    if len(slots.periods) != 1 or slots.periods[0].time.name not in NOW_OF:
        return False
    if slots.has(*AGAINST):
        # Last week against the week before.
        return False
    start = slots.periods[0].start
    held = [at for at in slots.signs.get("versus", ()) if not _sets_apart(slots, at)]
    against = [at for at in slots.signs.get("than", []) if _than(slots, at)]
    against += [*held, *slots.signs.get("over", []), *slots.signs.get("under", [])]
    is_after = any(leads_to(slots, at, start) for at in against)
    is_since = start > 0 and slots.words[start - 1].text == "since"
    return is_after or (is_since and slots.has("growth", "changed", "up", "down"))


def _sets_apart(slots: Slots, at: int) -> bool:
    """Whether compared is said of two that were named: Opus and Haiku compared."""
    is_alone = slots.words[at].text in APART and slots.ends[at] == at + 1
    return is_alone and len(slots.models) + len(slots.values) > 1


def leads_to(slots: Slots, at: int, start: int) -> bool:
    """Whether a comparing word speaks of a period: nothing else stands between.

    Args:
        slots: The question.
        at: Where the word stands.
        start: Where the period begins.
    """
    between = slots.words[slots.ends[at] : start]
    return at < start and all(word.text in BEFORE_A_PERIOD for word in between)


def _than(slots: Slots, at: int) -> bool:
    """Whether over and from compare: they do where something moved."""
    moves = slots.has("growth", "changed", "up", "down")
    return slots.words[at].text == "than" or moves
