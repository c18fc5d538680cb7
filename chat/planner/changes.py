"""Readings of change: why cost moved, what was unusual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.metrics import METRICS
from chat.periods import WEEKDAYS
from chat.planner.parts import filters, limit, period
from chat.plans import Explanation, Query, Refusal, Report
from chat.query import CostQuery, Order, TimeRange

if TYPE_CHECKING:
    from chat.planner.slots import Slots
    from chat.plans import Plan

DRIVERS = ("model", "customer", "service")
DAYS = {"today", "yesterday", *(f"last_{name}" for name in WEEKDAYS)}


def is_one_day(time: TimeRange) -> bool:
    """Whether a period is a single day."""
    return time.name in DAYS or (time.name is None and time.first == time.last)


def read_normal(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read whether a day is as usual."""
    if not slots.has("normal") or slots.has("why"):
        return None
    # Of "today ... for a Monday" the first is the day that is judged.
    time = slots.periods[0].time if slots.periods else TimeRange(name="yesterday")
    return Report(topic="is_normal", filters=filters(slots), time=time)


def read_change(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read why cost changed."""
    if slots.has("volume") and slots.has("price effect", "versus", "why"):
        return Explanation(
            topic="price_volume_mix",
            filters=filters(slots),
            time=period(slots, "last_7_days"),
        )
    is_why = slots.has("why") or (slots.has("changed") and not slots.has("how much"))
    if not is_why or slots.has("budget", "forecast", "wow", "mom", "yoy", "dod"):
        return None
    if slots.has("versus") and slots.metrics:
        return None
    time = period(slots, "last_7_days")
    if len(slots.periods) > 1 and all(is_one_day(one.time) for one in slots.periods):
        time = slots.periods[-1].time
    found = filters(slots)
    named = {one.dimension for one in found}
    dimensions: tuple[str, ...] = DRIVERS
    if named & {"model", "model_family"}:
        dimensions = ("customer", "token_type")
    elif "customer" in named:
        dimensions = ("model", "service")
    split = [n for n in slots.dimension_names() if n not in {"day", "week", "month"}]
    dimensions = tuple(split) or dimensions
    is_unusual = slots.has("spike") or (
        is_one_day(time) and (slots.has("expensive") or slots.says("high", "so"))
    )
    if is_unusual and slots.has("why"):
        return Explanation(
            topic="anomaly_drivers",
            dimensions=dimensions,
            filters=found,
            time=time if slots.periods else TimeRange(name="yesterday"),
            against="baseline",
        )
    return Explanation(
        topic="change_drivers",
        dimensions=dimensions,
        filters=found,
        time=time,
        against="previous_day" if is_one_day(time) else "previous_period",
    )


def read_anomalies(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read what was unusual."""
    if not slots.has("spike") and "anomalies" not in slots.metric_names():
        return None
    relation = METRICS["anomalies"].relation
    found = filters(slots)
    hidden = [one for one in found if one.dimension not in relation.dimensions]
    if hidden:
        return Refusal(
            reason="no_such_data",
            message=(
                "Anomalies are watched per customer and in total, not by "
                f"{hidden[0].dimension}."
            ),
        )
    is_cost = slots.has("how much", "cost of spike") and slots.says("cost", "spend")
    metric = "anomaly_impact" if is_cost else "anomalies"
    split = [name for name in slots.dimension_names() if name in relation.dimensions]
    split = [name for name in split if name == "customer"]
    return Query(
        query=CostQuery(
            metrics=(metric,),
            dimensions=tuple(split),
            filters=found,
            time=period(slots, "last_30_days"),
            order=None if is_cost else Order(metric=metric),
            limit=limit(slots) or 100,
        )
    )
