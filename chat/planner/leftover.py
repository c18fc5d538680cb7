"""The check after every reading: no recognised word may be missing from its plan.

A reading that has no place for a word leaves it out, and its answer would be to another
question: the costs of all clouds for those of one. Such a plan is not answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.metrics import METRICS
from chat.planner.choices import SAFE_CHOICES, fitting, reworded
from chat.planner.leftover_signs import explained, leftover_signs
from chat.planner.leftover_word import Leftover
from chat.planner.limits import limit
from chat.planner.negation import left_out
from chat.planner.parts import (
    CLOUDS,
    TIMES,
    against_all_else,
    asks_by_verb,
)
from chat.planner.spoken import LEADING_A_SPLIT, is_spoken_of
from chat.planner.unclear import LONGEST_TOLD, MONEY, NOUNS_OF_MONEY, is_of_money
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

    from chat.planner.slots import Number, Slots
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
    "cloud_anomalies": {"day"},
    "cloud_anomaly_impact": {"day"},
}
# Words for cost are in most questions about something else; a budget's status is of it.
EVERYDAY = {"total_cost", "budget", "active_customers"}
PAID = {*MONEY, *NOUNS_OF_MONEY}
COUNTS = {"requests", "active_customers", "models_used"}
MEANT_BY = {
    "forecast_budget_variance": {"forecast_cost"},
    "anomaly_impact": {"anomalies"},
    "cloud_anomalies": {"anomalies"},
    "cloud_anomaly_impact": {"anomalies", "anomaly_impact"},
    "cloud_forecast": {"forecast_cost"},
    "batch_share": {"tokens"},
    "cost_per_1m_tokens": {"tokens"},
    "cache_hit_share": {"tokens", "cost_share"},
    "output_input_ratio": {"tokens"},
}
# What a saving is made with is said by the metric.
MADE_WITH = {"token_type", "pricing_tier"}
SAVINGS = {"cache_savings", "batch_savings", "batch_share", "cache_hit_share"}
SAVINGS |= {"output_input_ratio"}


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
    found += leftover_signs(slots, plan)
    if isinstance(plan, Explanation):
        found += explained(slots, plan)
    if isinstance(plan, Report | Explanation):
        found += [_number(one) for one in slots.numbers if one.value != plan.limit]
    if isinstance(plan, Query):
        found += [
            *_metrics(slots, plan.query),
            *_numbers(slots, plan.query),
            *_periods(slots, plan.query, today),
        ]
    return min(found, key=lambda one: one.at, default=None)


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
        if leftover.name not in metric.dimensions:
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
    told = {
        (one.dimension, value, one.operator.startswith("not"))
        for one in _filters(plan)
        for value in one.values
    }
    without = left_out(slots)
    both = set(against_all_else(slots))
    metric = plan.query.metrics[0] if isinstance(plan, Query) else ""
    for one in slots.values:
        named = slots.named(one.dimension)
        is_all = one.dimension == "provider" and set(named) == set(CLOUDS)
        is_against = one.dimension in both
        is_means = metric in SAVINGS and one.dimension in MADE_WITH
        if is_all or is_against or is_means:
            continue
        if (one.dimension, one.value, one.at in without) not in told:
            yield Leftover(kind="value", name=one.dimension, at=one.at)


def _models(slots: Slots, plan: Plan) -> Iterator[Leftover]:
    told = {
        (value, one.operator.startswith("not"))
        for one in _filters(plan)
        for value in one.values
    }
    if isinstance(plan, Report):
        told |= {(plan.from_model or "", False), (plan.to_model or "", False)}
    without = left_out(slots)
    for one in slots.models:
        if (one.name, one.at in without) not in told:
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


def _metrics(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    metric = METRICS[query.metrics[0]]
    last = len(slots.words) - 1
    told = {metric.name, *EVERYDAY, *MEANT_BY.get(metric.name, set())}
    if metric.relation == BUDGETS:
        # Budget, over budget, budget left: one figure of a budget says the others.
        told |= {one.name for one in METRICS.values() if one.relation == BUDGETS}
        # What is to come is none of what was.
        coming = {"forecast_cost", "forecast_budget_variance"}
        told -= coming - {metric.name, *MEANT_BY.get(metric.name, set())}
        if query.metric_filters:
            # A part of the budget that is left is none that is used.
            told.discard("budget_remaining")
    if asks_by_verb(slots):
        told.add("usage_cost")
    if metric.unit == "share" or query.comparison:
        told |= {"cost_share", "cost_growth_pct"}
    if metric.name in COUNTS and is_of_money(slots):
        # What requests cost is no number of requests.
        told.discard("total_cost")
    paid = {at for name, at in slots.metrics if name == "tokens"}
    is_paid = any(slots.words[at + 1].text in PAID for at in paid if at < last)
    is_one = is_paid or not slots.says("and")
    if metric.unit.startswith("usd") and is_of_money(slots) and is_one:
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
            yield _number(one)


def _number(one: Number) -> Leftover:
    return Leftover(kind="number", name=f"{one.value:g}", at=one.at)


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
            continue
        period = query.time.resolve(today=today)
        against = compared_period(period, query.comparison)
        if one.time.resolve(today=today).first != against.first:
            yield Leftover(kind="period", name="period", at=one.start)
