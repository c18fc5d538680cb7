"""Readings of budgets and of what is to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from chat.metrics import METRICS
from chat.periods import month_of, resolve, shift_months
from chat.planner.limits import limit, threshold
from chat.planner.parts import asks_who, filters, is_over, known_by, period
from chat.planner.spoken import is_spoken_of
from chat.plans import Query, Refusal
from chat.query import CostQuery, Filter, MetricFilter, Order, TimeRange
from chat.relations import DIMENSIONS, Dimension

if TYPE_CHECKING:
    from chat.planner.slots import Slots
    from chat.plans import Plan

# Verbs that ask by how much, where how much stands before them.
PASSING = ("exceed", "exceeded", "overshoot", "overrun", "overspend", "overspent")
FORESEEING = {"forecast", "projection", "projected", "predicted", "prediction"}
FORESEEING |= {"expected", "estimate", "estimated", "anticipated", "outlook"}
ENDING = {"at", "by", "until", "till", "before"}
RELATION = METRICS["budget"].relation


def read_budget(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read how a budget stands."""
    named = {METRICS[name].relation.mart for name in slots.metric_names()}
    is_forecast = "forecast_cost" in slots.metric_names()
    if not slots.has("budget") and (RELATION.mart not in named or is_forecast):
        return None
    found = list(filters(slots))
    split = _split(slots, found)
    asked = [*(one.dimension for one in found), *split]
    unknown = [name for name in asked if name not in RELATION.dimensions]
    several = [one.dimension for one in RELATION.parts_among(asked)]
    if unknown or len(several) > 1:
        labels = [DIMENSIONS[one].label.lower() for one in unknown[:1] or several]
        together = "" if unknown else " at once"
        return Refusal(
            reason="no_such_data",
            message=(
                "Budgets are kept in total, per customer, per cloud and per team, not "
                f"by {' and '.join(labels)}{together}."
            ),
        )
    kept = threshold(slots, "budget_utilization_pct", is_share=True)
    metric = kept.metric if kept else _metric(slots, is_split=bool(split))
    if metric == "budget_status" and split and slots.has("at risk"):
        found.append(Filter(dimension="status", values=("At risk",)))
    elif metric == "budget_status" and split and slots.has("over"):
        found.append(Filter(dimension="status", values=("Over",)))
    default = "this_month" if metric.startswith("forecast") else "month_to_date"
    return Query(
        query=CostQuery(
            metrics=(metric,),
            dimensions=tuple(split),
            filters=tuple(found),
            metric_filters=(kept,) if kept else (),
            time=_whole(period(slots, default), metric),
            order=Order(metric=metric) if split else None,
            limit=limit(slots) or 100,
        )
    )


def _split(slots: Slots, found: list[Filter]) -> list[str]:
    """Give by what budgets are told; one that is named is told alone."""
    spoken = {name for name, at in slots.dimensions if is_spoken_of(slots, name, at)}
    # "How many customers" is one phrase.
    names = {*slots.dimension_names(), *slots.metric_names()}
    if names & {"customer", "active_customers"}:
        spoken.add("customer")
    named = {one.dimension for one in found}
    if "provider" in {one.dimension for one in slots.values} - named:
        # All clouds by name: each of them, with no filter.
        spoken.add("provider")
    named = set() if slots.has("which") else named
    parts = [one.dimension for one in RELATION.parts_among(spoken - named)]
    return parts or (["customer"] if asks_who(slots) and not named else [])


def _metric(slots: Slots, *, is_split: bool) -> str:
    """Give the metric that is asked for; the first rule that fits names it."""
    is_coming = slots.has("forecast") or slots.says("going", "will")
    is_coming = is_coming and not is_over(slots)
    passes = slots.has("over", "within") or slots.says("exceed")
    passes = passes or "budget_variance" in slots.metric_names()
    overruns = is_coming and (passes or slots.has("versus"))
    overruns = overruns and not slots.has("at risk")
    is_used = (
        slots.has("share")
        or (slots.says("how") and slots.says("close", "deep"))
        or (slots.has("used") and slots.says("much", "percent"))
    )
    is_judged = slots.has("over", "within", "at risk")
    is_state = slots.has("over", "within", "at risk") or slots.says("status", "how")
    rules = (
        ("forecast_budget_variance", overruns),
        (
            "forecast_budget_variance",
            "forecast_budget_variance" in slots.metric_names(),
        ),
        (
            "budget_variance",
            slots.has("by how much")
            or "budget_variance" in slots.metric_names()
            or (
                slots.has("how much")
                and slots.says(*PASSING, "dollar", "usd")
                and (slots.has("over", "under") or slots.says(*PASSING))
            ),
        ),
        ("budget_remaining", "budget_remaining" in slots.metric_names()),
        ("budget_utilization_pct", "budget_utilization_pct" in slots.metric_names()),
        ("budget_utilization_pct", is_used),
        ("budget_remaining", slots.has("left")),
        ("budget", not is_judged and slots.says_plain("budgets")),
        ("budget", not is_state and slots.says("monthly")),
        ("budget_status", is_state or is_split),
        ("budget", slots.has("which", "how much", "show")),
        ("budget_status", True),
    )
    return next(name for name, fits in rules if fits)


def _coming(slots: Slots) -> TimeRange | None:
    """Give the next month where its name was said, which is that of a month before."""
    if not slots.periods:
        return None
    found = slots.periods[0]
    said = [word.text for word in slots.words[found.start : found.end]]
    if found.time.name or any(text.isdigit() for text in said):
        return None
    named = found.time.resolve(today=slots.today)
    coming = resolve("next_month", today=slots.today)
    is_of_its_name = named == month_of(shift_months(coming.first, -12))
    return TimeRange(name="next_month") if is_of_its_name else None


def _whole(time: TimeRange, metric: str) -> TimeRange:
    """Give the whole month for what is still to come of it."""
    is_coming = metric.startswith("forecast") and time.name == "month_to_date"
    return TimeRange(name="this_month") if is_coming else time


def read_margin(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read what is left of what customers pay."""
    if not slots.has("margin"):
        return None
    relation = METRICS["gross_margin"].relation
    found = filters(slots)
    hidden = [one for one in found if one.dimension not in relation.dimensions]
    if hidden:
        return Refusal(
            reason="no_such_data",
            message=f"Margins are kept per customer, not by {hidden[0].dimension}.",
        )
    is_revenue = slots.says("revenue") and not slots.says("margin", "profit")
    metric = "revenue" if is_revenue else "gross_margin"
    is_loss = slots.has("loss")
    is_of_each = slots.says("customer", "client", "tenant") or is_loss
    is_profit = slots.says("profitable") and not slots.has("most", "least")
    split = ("customer",) if is_of_each and not found else ()
    descending = not (is_loss or slots.has("least"))
    sign: Literal["<", ">"] = "<" if is_loss else ">"
    is_kept = bool(split) and (is_loss or is_profit)
    kept = MetricFilter(metric=metric, operator=sign, value=0)
    return Query(
        query=CostQuery(
            metrics=(metric,),
            dimensions=split,
            filters=found,
            metric_filters=(kept,) if is_kept else (),
            time=period(slots, "last_month"),
            order=Order(metric=metric, descending=descending) if split else None,
            limit=limit(slots) or 100,
        )
    )


def read_forecast(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read what will have been spent."""
    is_asked = slots.has("forecast") or "forecast_cost" in slots.metric_names()
    if not is_asked or slots.has("spike", "normal"):
        return None
    said = {slots.words[at].text for at in slots.signs.get("forecast", ())}
    is_past = is_over(slots) and not _coming(slots)
    if said and is_past and not said & (FORESEEING | ENDING):
        # What we ended up paying last month is no forecast.
        return None
    time = _coming(slots) or period(slots, "this_month")
    newest = resolve("next_month", today=slots.today).last
    if slots.has("too far") or time.resolve(today=slots.today).last > newest:
        return Refusal(
            reason="no_such_data",
            message="I forecast this month and the next one, nothing beyond.",
        )
    known = known_by(slots, ("forecast_cost", "cloud_forecast"))
    if isinstance(known, Dimension):
        return Refusal(
            reason="no_such_data",
            message=(
                "The forecast is kept in total, per customer and per cloud, not by "
                f"{known.label.lower()}."
            ),
        )
    metric, found, split = known
    return Query(
        query=CostQuery(
            metrics=(metric.name,),
            dimensions=split,
            filters=found,
            time=_whole(time, "forecast_cost"),
            order=Order(metric=metric.name, descending=not slots.has("least"))
            if split
            else None,
            limit=limit(slots) or 100,
        )
    )
