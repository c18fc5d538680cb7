"""Moves, limits, futures and counts that a figure does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.metrics import METRICS
from chat.planner.budgets import ENDING, FORESEEING
from chat.planner.comparisons import is_comparative, is_one_day, leads_to
from chat.planner.leftover_sums import compares, leftover_sums
from chat.planner.leftover_word import Leftover, sign_of
from chat.planner.parts import side_by_side
from chat.planner.unclear import NOUNS_OF_MONEY, is_of_money
from chat.relations import BUDGETS, COSTS, DIMENSIONS, MARGINS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat.planner.slots import Slots
    from chat.query import CostQuery

# Steps that are longer than a day.
UNITS_OF_STEPS = ("wow", "mom", "qoq")
LONGEST_MONTH = 31
# Periods that go on, from a day that was named.
OPEN = {None, "year_to_date"}
FORECAST = ("forecast_cost",)
JUDGING = {"best", "worst"}


def leftover_moves(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for a move, a future or a person that the figures do not show.

    Args:
        slots: What was recognised.
        query: What a reading made of it.
    """
    yield from leftover_sums(slots, query)
    yield from _directions(slots, query)
    yield from _steps(slots, query)
    yield from _futures(slots, query)
    is_split = bool(query.dimensions) or query.relation == BUDGETS
    if slots.has("versus") and not (compares(query) or is_split):
        yield sign_of(slots, "versus")
    is_parted = slots.has("breakdown") and query.relation == COSTS
    if is_parted and not (query.dimensions or slots.has("by")):
        yield sign_of(slots, "breakdown")
    if slots.has("who") and not query.dimensions:
        yield sign_of(slots, "who")
    is_by_time = any(DIMENSIONS[name].is_time for name in query.dimensions)
    if slots.says("when") and not is_by_time:
        yield Leftover(kind="sign", name="when", at=_place(slots, "when"))
    yield from _counts(slots, query)


def _directions(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for up and down, more than, over and under."""
    is_held = compares(query)
    # Dearer than another that stands beside it is no move.
    beside = set(side_by_side(slots))
    is_beside = bool(beside) and beside >= set(query.dimensions)
    # Break it down by model is no move, and no limit that is broken.
    is_broken_down = slots.says("break") and slots.has("by")
    moves = [name for name in ("up", "down") if slots.has(name) and not is_broken_down]
    # So is one that is dearer of two.
    is_of_two = is_beside and (
        slots.says("cheaper")
        or all(is_comparative(slots, at) for one in moves for at in slots.signs[one])
    )
    if moves and not (is_held or is_of_two):
        yield sign_of(slots, moves[0])
    falls = slots.has("down") and not slots.has("up", "most", "least", "fast", "rank")
    if falls and METRICS[query.metrics[0]].is_growth and query.dimensions:
        # Those that fell are not all of them.
        yield sign_of(slots, "down")
    thans = [slots.words[at].text for at in slots.signs.get("than", ())]
    if "than" in thans and not (is_held or is_beside):
        yield sign_of(slots, "than")
    for at in (*slots.signs.get("over", ()), *slots.signs.get("under", ())):
        is_time = any(leads_to(slots, at, one.start) for one in slots.periods)
        is_split_verb = is_broken_down and slots.words[at].text == "break"
        is_of_budget = query.relation == BUDGETS and query.metrics != FORECAST
        if not (is_held or is_time or is_split_verb or is_of_budget):
            yield Leftover(kind="sign", name="over", at=at)


def _steps(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for a period that is held against another one than was said."""
    if query.comparison:
        yield from steps_from(slots)
    for name in UNITS_OF_STEPS:
        if slots.has(name) and not _fits_step(query):
            yield sign_of(slots, name)
    if slots.has("period before") and not query.comparison:
        yield sign_of(slots, "period before")


def _futures(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for what is to come, and for what was to come once."""
    is_forecast = "forecast" in query.metrics[0]
    is_over = query.time.resolve(today=slots.today).last < slots.today
    for at in slots.signs.get("forecast", ()) if not is_forecast else ():
        # Where we landed last month is no forecast.
        if not is_over or slots.words[at].text in FORESEEING:
            yield Leftover(kind="sign", name="forecast", at=at)
    for at in slots.signs.get("forecast", ()) if is_forecast and is_over else ():
        # At the end of last month, nothing was still to come.
        if slots.words[at].text in ENDING or query.time.name is None:
            yield Leftover(kind="sign", name="forecast", at=at)


def steps_from(slots: Slots) -> Iterator[Leftover]:
    """Look for a move from one month to another, which is read as both of them.

    Args:
        slots: The question.
    """
    for found in slots.periods:
        if slots.words[found.start].text == "since" and found.time.name in OPEN:
            # What has changed since a day is held against that day.
            yield Leftover(kind="period", name="period", at=found.start)
        span = found.time.resolve(today=slots.today)
        is_of_months = span.first.day == 1 and span.days > LONGEST_MONTH
        if slots.words[found.start].text == "from" and is_of_months:
            yield Leftover(kind="period", name="period", at=found.start)


def _fits_step(query: CostQuery) -> bool:
    """Whether the period before a day is that of the step: no day is of a month."""
    kind = query.comparison.kind if query.comparison else None
    return kind != "previous_period" or not is_one_day(query.time)


def _place(slots: Slots, text: str) -> int:
    return next(at for at, word in enumerate(slots.words) if word.text == text)


def _counts(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for what is judged or counted, and not told."""
    metric = METRICS[query.metrics[0]]
    is_clear = metric.unit in {"share", "ratio"} or metric.relation == MARGINS
    for at, word in enumerate(slots.words):
        if word.text in JUDGING and not is_clear:
            # The best cost is the highest to one, and the lowest to another.
            yield Leftover(kind="sign", name="most", at=at)
    named = [at for _, at in (*slots.metrics, *slots.dimensions)]
    last = max([*named, *(one.at for one in slots.values)], default=-1)
    is_paid = slots.says("money", "dollar") or is_of_money(slots)
    for at, word in enumerate(slots.words):
        is_charge = any(
            one.text in NOUNS_OF_MONEY for one in slots.words[at + 1 : at + 2]
        )
        if word.text == "many" and is_charge:
            # Charges are not counted.
            yield Leftover(kind="sign", name="how much", at=at)
        is_split = any(place == at + 1 for _, place in slots.dimensions)
        is_counted = metric.unit in {"count", "tokens"} or not is_split
        is_named = is_paid or last >= at - 1
        if word.text == "many" and not (is_named and is_counted):
            yield Leftover(kind="sign", name="how much", at=at)
