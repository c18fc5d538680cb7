"""The check after every reading: no recognised word may be missing from its plan.

A reading that has no place for a word leaves it out, and its answer would be to another
question: the costs of all clouds for those of one. Such a plan is not answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chat.metrics import METRICS
from chat.planner.choices import SAFE_CHOICES, fitting, reworded
from chat.planner.parts import (
    CLOUDS,
    LEADING_A_SPLIT,
    TIMES,
    asks_share,
    is_spoken_of,
    limit,
)
from chat.planner.unclear import LONGEST_TOLD, MONEY
from chat.plans import (
    AlertRequest,
    Clarification,
    Explanation,
    Query,
    Refusal,
    Report,
)
from chat.query import compared_period
from chat.relations import BUDGETS, DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from chat.planner.slots import Slots
    from chat.plans import Plan
    from chat.query import CostQuery, Filter

# Dimensions that a metric is about by itself, so that it need not be split by them.
ABOUT = {
    "avg_cost_per_customer": {"customer"},
    "active_customers": {"customer"},
    "unattributed_cost": {"customer"},
    "avg_daily_cost": {"day"},
    "models_used": {"model"},
    # An unusual day is what an anomaly is.
    "anomalies": {"day"},
    "anomaly_impact": {"day"},
}
# Words for cost are in most questions about something else; a budget's status is of it.
EVERYDAY = {"total_cost", "budget", "active_customers"}
MEANT_BY = {
    "anomaly_impact": {"anomalies"},
    "batch_share": {"tokens"},
}
# What a saving is made with is said by the metric.
MADE_WITH = {"token_type", "pricing_tier"}
SAVINGS = {"cache_savings", "batch_savings", "batch_share"}


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """A recognised word that a plan does not tell of.

    Attributes:
        kind: A value, dimension, metric, number, period, or sign.
        name: Its name in the registry.
        at: Where it stands.
    """

    kind: str
    name: str
    at: int


def find_leftover(slots: Slots, plan: Plan, today: date) -> Leftover | None:
    """Give the first recognised word that a plan has no place for.

    Args:
        slots: What was recognised.
        plan: What a reading made of it.
        today: The asker's day.
    """
    if not isinstance(plan, Query | Explanation | Report | AlertRequest):
        return None
    found = [*_values(slots, plan), *_models(slots, plan), *_splits(slots, plan)]
    is_left_out = any(one.operator == "not_in" for one in _filters(plan))
    if slots.has("except") and not is_left_out:
        found.append(_sign(slots, "except"))
    if isinstance(plan, Explanation):
        found += _explained(slots, plan)
    if isinstance(plan, Query):
        found += [*_shapes(slots, plan.query), *_moves(slots, plan.query)]
        found += [
            *_metrics(slots, plan.query),
            *_numbers(slots, plan.query),
            *_periods(slots, plan.query, today),
        ]
    return min(found, key=lambda one: one.at, default=None)


def _sign(slots: Slots, name: str) -> Leftover:
    return Leftover(kind="sign", name=name, at=slots.signs.get(name, [0])[0])


def tell_leftover(slots: Slots, plan: Plan, leftover: Leftover) -> Plan:
    """Refuse what the figures do not know, and ask back for the rest.

    Args:
        slots: What was recognised.
        plan: The plan that leaves a word out.
        leftover: The word.
    """
    word = slots.words[leftover.at].plain[:LONGEST_TOLD]
    if isinstance(plan, Query) and leftover.kind in {"value", "dimension"}:
        metric = METRICS[plan.query.metrics[0]]
        if leftover.name not in metric.relation.dimensions:
            label = DIMENSIONS[leftover.name].label.lower()
            return Refusal(
                reason="no_such_data",
                message=f"I do not know the {metric.label.lower()} by {label}.",
            )
    return Clarification(
        about=leftover.kind,
        question=f'My answer would leave "{word}" out. Shall it?',
        choices=fitting((reworded(slots, without=[leftover.at]), *SAFE_CHOICES)),
    )


def _filters(plan: Plan) -> tuple[Filter, ...]:
    if isinstance(plan, Query):
        return plan.query.filters
    if isinstance(plan, Explanation | Report | AlertRequest):
        return plan.filters
    return ()


def _values(slots: Slots, plan: Plan) -> Iterator[Leftover]:
    told = {(one.dimension, value) for one in _filters(plan) for value in one.values}
    metric = plan.query.metrics[0] if isinstance(plan, Query) else ""
    for one in slots.values:
        named = slots.named(one.dimension)
        is_all = one.dimension == "provider" and set(named) == set(CLOUDS)
        is_against = one.dimension == "environment" and slots.has("non")
        is_means = metric in SAVINGS and one.dimension in MADE_WITH
        if is_all or is_against or is_means:
            continue
        if (one.dimension, one.value) not in told:
            yield Leftover(kind="value", name=one.dimension, at=one.at)


def _models(slots: Slots, plan: Plan) -> Iterator[Leftover]:
    told = {value for one in _filters(plan) for value in one.values}
    if isinstance(plan, Report):
        told |= {plan.from_model or "", plan.to_model or ""}
    for one in slots.models:
        if one.name not in told:
            yield Leftover(kind="value", name="model", at=one.at)


def _splits(slots: Slots, plan: Plan) -> Iterator[Leftover]:
    told = _told_dimensions(slots, plan)
    is_monthly = isinstance(plan, Query) and plan.query.relation.grain == "month"
    for name, at in slots.dimensions:
        is_split = at > 0 and slots.words[at - 1].text in LEADING_A_SPLIT
        if is_monthly and name == "month" and not is_split:
            # The month's budget is that of the month that is told.
            continue
        if name not in told and is_spoken_of(slots, name, at):
            yield Leftover(kind="dimension", name=name, at=at)
    for sign, name in TIMES.items():
        if slots.has(sign) and name not in told:
            yield Leftover(kind="dimension", name=name, at=slots.signs[sign][0])
    is_by_time = any(DIMENSIONS[name].is_time for name in told)
    if slots.has("trend") and not is_by_time:
        yield Leftover(kind="dimension", name="day", at=slots.signs["trend"][0])


def _told_dimensions(slots: Slots, plan: Plan) -> set[str]:
    told = {one.dimension for one in _filters(plan)}
    if isinstance(plan, Query):
        told |= {*plan.query.dimensions, *ABOUT.get(plan.query.metrics[0], set())}
    elif isinstance(plan, Explanation | Report):
        told |= set(plan.dimensions)
        # Judged or explained is one period; what is saved is saved with models.
        told |= {"day", "week", "month"}
        told |= {"model"} if "saving" in plan.topic else set()
    elif isinstance(plan, AlertRequest):
        told |= {"day", "month"}
        told |= {"customer"} if plan.per_customer else set()
    if "account" in told and "GCP" in slots.named("provider"):
        told.add("project")
    return told


def _shapes(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for a rank without an order, a share or an average that is none."""
    metric = METRICS[query.metrics[0]]
    for sign in ("most", "least"):
        if slots.has(sign) and query.order is None:
            yield _sign(slots, sign)
    is_percent = metric.unit == "share" or query.comparison or query.metric_filters
    if asks_share(slots) and not is_percent:
        yield _sign(slots, "share")
    picked = {one.dimension for one in query.filters} & set(query.dimensions)
    if metric.is_share and picked and len(query.dimensions) > 1:
        # Of AWS's cost, or of all: a share of a part has two readings.
        yield _sign(slots, "share")
    if slots.has("average") and metric.is_additive:
        yield _sign(slots, "average")
    if slots.has("growth") and not query.comparison:
        yield _sign(slots, "growth")


def _moves(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for a move, a future or a person that the figures do not show."""
    compares = query.comparison or query.metric_filters
    moves = [name for name in ("up", "down") if slots.has(name)]
    if moves and not compares:
        yield _sign(slots, moves[0])
    if slots.says("than") and not compares:
        yield _sign(slots, "than")
    if slots.has("forecast") and not query.metrics[0].startswith("forecast"):
        yield _sign(slots, "forecast")
    if slots.has("who") and not query.dimensions:
        yield _sign(slots, "who")


def _explained(slots: Slots, plan: Explanation) -> Iterator[Leftover]:
    """Look for another figure than cost, and for two that are set side by side."""
    if plan.topic == "price_volume_mix":
        return
    told = EVERYDAY | {"cost_growth_pct", "anomalies", "anomaly_impact"}
    for name, at in slots.metrics:
        if name not in told:
            yield Leftover(kind="metric", name=name, at=at)
    for found in slots.periods:
        if slots.words[found.start].text == "between":
            # One month against another, or the two against those before?
            yield Leftover(kind="period", name="period", at=found.start)
    if slots.says("difference", "different") and slots.says("between"):
        yield _sign(slots, "changed")
    is_several = any(len(one.values) > 1 for one in plan.filters)
    if is_several and slots.has("than", "versus"):
        yield _sign(slots, "than" if slots.has("than") else "versus")


def _metrics(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    metric = METRICS[query.metrics[0]]
    told = {metric.name, *EVERYDAY, *MEANT_BY.get(metric.name, set())}
    if metric.relation == BUDGETS:
        # Budget, over budget, budget left: one figure of a budget says the others.
        told |= {one.name for one in METRICS.values() if one.relation == BUDGETS}
        # What is to come is none of what was.
        told -= {"forecast_cost", "forecast_budget_variance"} - {metric.name}
    if metric.unit == "share" or query.comparison:
        told |= {"cost_share", "cost_growth_pct"}
    if metric.unit.startswith("usd") and slots.says(*MONEY) and not slots.says("and"):
        # The cost of output tokens is a cost.
        told.add("tokens")
    for name, at in slots.metrics:
        if name not in told:
            yield Leftover(kind="metric", name=name, at=at)


def _numbers(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    told: set[float | None] = {query.limit, limit(slots)}
    told |= {one.value for one in query.metric_filters}
    told |= {one.value * 100 for one in query.metric_filters}
    # The three clouds are all of them.
    clouds = {at - 1 for name, at in slots.dimensions if name == "provider"}
    for one in slots.numbers:
        is_all = one.at in clouds and one.value == len(CLOUDS)
        if one.value not in told and not is_all:
            yield Leftover(kind="number", name=f"{one.value:g}", at=one.at)


def _periods(slots: Slots, query: CostQuery, today: date) -> Iterator[Leftover]:
    """Look for a second period that is not the one that is compared with."""
    if len({one.time for one in slots.periods}) < len(("one", "another")):
        # A budget or a forecast may be of the whole month that is named.
        return
    for one in slots.periods:
        if one.time == query.time:
            continue
        if query.comparison is None:
            yield Leftover(kind="period", name="period", at=one.start)
        elif one.time.first:
            period = query.time.resolve(today=today)
            against = compared_period(period, query.comparison)
            if one.time.first != against.first:
                yield Leftover(kind="period", name="period", at=one.start)
