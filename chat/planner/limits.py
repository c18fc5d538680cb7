"""How many lines are asked for, and above or below which limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.parts import RANKS, dimensions, side_by_side
from chat.planner.spoken import DETERMINERS
from chat.query import MetricFilter

if TYPE_CHECKING:
    from chat.planner.slots import Slots

MANY = 10
COUNTS_OF_CLOUDS = {"three", "3"}
SINGULAR_VERBS = {"is", "was", "has", "costs", "does", "spends", "uses"}
# Words that may stand between over and its number: over a total of 500.
BETWEEN_A_LIMIT = 3
# What may stand between a number and or more.
AFTER_A_LIMIT = {"percent", "dollar", "usd", "token", "of", "the", "a", "its", "their"}
AFTER_A_LIMIT |= {"budget", "million", "thousand", "k", "m"}


def limit(slots: Slots) -> int | None:
    """Give how many lines are asked for: top 5, 5 most expensive, the dearest."""
    ranked = [at for sign in RANKS for at in slots.signs.get(sign, ())]
    for number in slots.numbers:
        near = {number.at - 1, number.at + 1, number.at + 2, number.at - 2}
        is_count = number.value == int(number.value) and 0 < number.value <= MANY * 10
        is_of_split = any(
            _is_counted(slots, number.at, at) and name != "provider"
            for name, at in slots.dimensions
        )
        if is_count and not number.is_percent and (near & set(ranked) or is_of_split):
            return int(number.value)
    if slots.has("rank") or not (ranked or slots.has("fast")):
        return None
    if len(dimensions(slots)) != 1 or side_by_side(slots):
        return None
    is_many = any(
        slots.is_plural(at) and not _picks_one(slots, at) for _, at in slots.dimensions
    )
    return MANY if is_many else 1


def how_many(slots: Slots) -> int | None:
    """Give how many of something are asked for: top 3, your three best ideas.

    Args:
        slots: The question.
    """
    counts = [
        int(one.value)
        for one in slots.numbers
        if not one.is_percent and one.value == int(one.value) and 0 < one.value <= MANY
    ]
    return counts[0] if len(counts) == 1 else None


def _is_counted(slots: Slots, number: int, at: int) -> bool:
    """Whether a number counts a dimension: 5 subscriptions, 5 Azure subscriptions."""
    named = {one.at for one in slots.values}
    between = range(number + 1, at)
    return at > number and slots.is_plural(at) and named.issuperset(between)


def _counts_lines(slots: Slots, number: int) -> bool:
    """Whether a number counts what the answer is split by: 3 teams, 3 or more teams."""
    after = [number + 1, slots.ends.get(number + 1, number)]
    return any(at in after and slots.is_plural(at) for _, at in slots.dimensions)


def _picks_one(slots: Slots, at: int) -> bool:
    """Whether one of several is asked for: which of our customers was the dearest."""
    before = [word.text for word in slots.words[:at]]
    while before and (before[-1] in DETERMINERS or before[-1] in COUNTS_OF_CLOUDS):
        before.pop()
    is_of_them = before[-2:] in (["which", "of"], ["one", "of"], ["who", "of"])
    return is_of_them and any(word.plain in SINGULAR_VERBS for word in slots.words)


def threshold(slots: Slots, metric: str, *, is_share: bool) -> MetricFilter | None:
    """Give the limit that a figure is held against: above 80 %, over $500."""
    for number in slots.numbers:
        if number.is_percent != is_share or _counts_lines(slots, number.at):
            continue
        value = number.value / 100 if is_share else number.value
        if _limits(slots, "over", number.at):
            return MetricFilter(metric=metric, operator=">=", value=value)
        if _limits(slots, "under", number.at):
            return MetricFilter(metric=metric, operator="<", value=value)
        if _is_followed_by(slots, "or more", number.at):
            return MetricFilter(metric=metric, operator=">=", value=value)
        if _is_followed_by(slots, "or less", number.at):
            return MetricFilter(metric=metric, operator="<=", value=value)
    return None


def _is_followed_by(slots: Slots, sign: str, at: int) -> bool:
    """Whether words such as or more speak of a number: 90% of the budget or more."""
    after = [word.text for word in slots.words[at + 1 :]]
    while after and after[0] in AFTER_A_LIMIT:
        after.pop(0)
    return len(slots.words) - len(after) in slots.signs.get(sign, ())


def _limits(slots: Slots, sign: str, at: int) -> bool:
    """Whether a word such as over speaks of the number at a place: over, say, $500."""
    places = slots.signs.get(sign, ())
    return any(0 <= at - slots.ends[place] <= BETWEEN_A_LIMIT for place in places)
