"""Readings of change: why cost moved, what was unusual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.comparisons import NOW_OF, is_one_day, is_only_held_against
from chat.planner.limits import how_many, limit
from chat.planner.parts import AGAINST, filters, known_by, period
from chat.planner.raised import asks_raised_alerts
from chat.planner.unclear import is_of_money
from chat.plans import Explanation, Query, Refusal, Report
from chat.query import CostQuery, Order, TimeRange
from chat.relations import Dimension

if TYPE_CHECKING:
    from chat.planner.slots import Slots
    from chat.plans import Plan

# Metrics that a question about a change of cost may name.
EVERYDAY = {"total_cost", "cost_growth_pct", "cost_share", "budget"}
DRIVERS = ("model", "customer", "service")
MOST_CAUSES = 5
JUDGING = {"is", "was", "are", "were", "does", "did", "do", "anything"}
# Nouns for a day on which cost rose: Friday's jump.
JUMPS = {"jump", "surge", "bump", "hike", "leap"}


def read_normal(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read whether a day is as usual."""
    # Of "today ... for a Monday" the first is the day that is judged.
    time = slots.periods[0].time if slots.periods else TimeRange(name="yesterday")
    is_asked = slots.words[0].text in {"is", "was"} and is_one_day(time)
    is_unusual = is_asked and slots.has("spike") and not slots.says("there", "any")
    is_typical = slots.has("typical day") and (
        slots.words[0].text in {"is", "was", "did"} or slots.has("versus", "than")
    )
    # A normal week is an average; whether one was normal is asked of it.
    is_of_day = bool(slots.periods) or slots.words[0].text in JUDGING
    is_normal = slots.has("normal") and is_of_day
    is_judged = is_normal or is_typical or is_unusual
    if not is_judged or slots.has("why"):
        return None
    return Report(topic="is_normal", filters=filters(slots), time=time)


def read_change(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read why cost changed."""
    is_volume = slots.has("volume") or slots.says("usage")
    is_mix = is_volume and slots.has("price effect")
    if is_mix or (slots.has("volume") and slots.has("versus", "why")):
        return Explanation(
            topic="price_volume_mix",
            filters=filters(slots),
            time=period(slots, "last_7_days"),
        )
    is_why = slots.has("why") or (slots.has("changed") and not slots.has("how much"))
    is_of_step = slots.has(*AGAINST) and not slots.has("why")
    # A share that somebody has caused is a share.
    is_other = slots.has("budget", "forecast", "share")
    figures = set(slots.metric_names()) - EVERYDAY
    is_other = is_other or (bool(figures) and not slots.has("why", "spike"))
    if not is_why or is_of_step or is_other:
        return None
    if slots.has("versus") and slots.metrics and not slots.has("why"):
        return None
    step = next((AGAINST[name][0] for name in AGAINST if slots.has(name)), None)
    time = period(slots, step or "last_7_days")
    if is_only_held_against(slots):
        time = TimeRange(name=NOW_OF[slots.periods[0].time.name or ""])
    if len(slots.periods) > 1 and all(is_one_day(one.time) for one in slots.periods):
        time = _day_asked_about(slots)
    found = filters(slots)
    named = {one.dimension for one in found}
    dimensions: tuple[str, ...] = DRIVERS
    if named & {"model", "model_family"}:
        dimensions = ("customer", "token_type")
    elif "customer" in named:
        dimensions = ("model", "service")
    split = [n for n in slots.dimension_names() if n not in {"day", "week", "month"}]
    if slots.has("who"):
        split = ["customer"]
    dimensions = tuple(split) or dimensions
    is_unusual = (
        slots.has("spike")
        or (_is_jump_of(slots) and is_one_day(time))
        or (is_one_day(time) and (slots.has("expensive") or slots.says("high", "so")))
    )
    if is_unusual and slots.has("why"):
        return Explanation(
            topic="anomaly_drivers",
            dimensions=dimensions,
            filters=found,
            time=time if slots.periods else TimeRange(name="yesterday"),
            against="baseline",
            limit=how_many(slots) or MOST_CAUSES,
        )
    return Explanation(
        topic="change_drivers",
        dimensions=dimensions,
        filters=found,
        time=time,
        against="previous_day" if is_one_day(time) else "previous_period",
        limit=how_many(slots) or MOST_CAUSES,
    )


def _day_asked_about(slots: Slots) -> TimeRange:
    """Give the day that is held against another: Tuesday, in Tuesday than Monday."""
    first, last = slots.periods[0], slots.periods[-1]
    before = slots.words[last.start - 1].text if last.start else ""
    return first.time if before in {"from", "than", "against", "versus"} else last.time


def _is_jump_of(slots: Slots) -> bool:
    """Whether a day's own jump is spoken of: Friday's jump, the jump on Friday."""
    ends = {one.end for one in slots.periods}
    return any(
        word.text in JUMPS
        and (at in ends or (at > 0 and slots.words[at - 1].text in {"the", "that"}))
        for at, word in enumerate(slots.words)
    )


def read_anomalies(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read what was unusual."""
    is_asked = slots.has("spike") or asks_raised_alerts(slots)
    if not is_asked and "anomalies" not in slots.metric_names():
        return None
    asks = slots.has("how much", "cost of spike") or slots.says("did", "how")
    is_of_day = bool(slots.periods) and is_one_day(slots.periods[0].time)
    asks = asks or (is_of_day and slots.words[0].text == "what")
    is_paid = slots.says("expensive") or is_of_money(slots)
    is_cost = (asks and is_paid) or slots.has("cost of spike")
    is_cost = is_cost and not slots.says("any", "anything")
    is_cost = is_cost or "anomaly_impact" in slots.metric_names()
    name = "anomaly_impact" if is_cost else "anomalies"
    known = known_by(slots, (name, f"cloud_{name}"))
    if isinstance(known, Dimension):
        return Refusal(
            reason="no_such_data",
            message=(
                "Anomalies are watched in total, per customer and per cloud, not by "
                f"{known.label.lower()}."
            ),
        )
    metric, found, split = known
    return Query(
        query=CostQuery(
            metrics=(metric.name,),
            dimensions=split,
            filters=found,
            time=period(slots, "last_30_days"),
            order=None if is_cost else Order(metric=metric.name),
            limit=limit(slots) or 100,
        )
    )
