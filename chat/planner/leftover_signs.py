"""Turns of phrase that a plan does not tell of: a rank, a share, a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.metrics import METRICS
from chat.planner.leftover_moves import leftover_moves, steps_from
from chat.planner.leftover_word import Leftover, sign_of
from chat.planner.negation import after
from chat.planner.parts import asks_share
from chat.plans import Explanation, Query, Report
from chat.relations import BUDGETS, DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat.planner.slots import Slots
    from chat.plans import AlertRequest
    from chat.query import CostQuery

BUDGET_FIGURES = {one.name for one in METRICS.values() if one.relation == BUDGETS}
UNUSUAL = {one for one in METRICS if "anomal" in one} | {"is_normal"}
CAUSES = {"change_drivers", "anomaly_drivers", "price_volume_mix"}
SAVINGS = {"what_if_savings", "savings_opportunities"}
# What a turn of phrase is about: figures, causes and reports that tell of it.
TOLD_BY: dict[str, set[str]] = {
    "at risk": BUDGET_FIGURES,
    "another cloud": SAVINGS,
    "budget": BUDGET_FIGURES,
    "data": {"data_freshness", "restatement_delta", "invoice_variance"},
    "caching": {"cache_savings", "cache_hit_share", *SAVINGS},
    "fresh": {"data_freshness"},
    "left": {"budget_remaining"},
    "margin": {"gross_margin", "revenue"},
    "normal": UNUSUAL | CAUSES,
    "multiplied": CAUSES,
    # There is no second of anything, and no median.
    "nth": SAVINGS,
    "reconciled": {"invoice_variance"},
    "restated": {"restatement_delta"},
    "save": {"cache_savings", "batch_savings", *SAVINGS, *CAUSES},
    "spike": UNUSUAL | CAUSES,
    # What somebody has caused may be a share.
    "why": CAUSES | {"cost_share"},
    "within": BUDGET_FIGURES,
}
MANY = 100
TOGETHER = ("make", "together", "combined", "account", "represent", "constitute")
# Metrics that are named in passing where a cause is asked for.
OF_CAUSES = {"total_cost", "budget", "active_customers", "cost_growth_pct"}
OF_CAUSES |= {"anomalies", "anomaly_impact"}


def leftover_signs(
    slots: Slots, plan: Query | Explanation | Report | AlertRequest
) -> Iterator[Leftover]:
    """Yield the turns of phrase that a plan does not tell of.

    Args:
        slots: What was recognised.
        plan: What a reading made of it.
    """
    for at in slots.signs.get("except", ()):
        if not after(slots, at):
            yield Leftover(kind="sign", name="except", at=at)
    if len(slots.signs.get("how much", ())) > 1:
        # Two questions in one.
        yield Leftover(kind="sign", name="how much", at=slots.signs["how much"][1])
    told = _told(plan)
    for name, tellers in TOLD_BY.items():
        if slots.has(name) and told and told not in tellers:
            yield sign_of(slots, name)
    if isinstance(plan, Query):
        yield from _shapes(slots, plan.query)
        yield from leftover_moves(slots, plan.query)


def _told(plan: Query | Explanation | Report | AlertRequest) -> str | None:
    """Give what a plan tells of; an alert may watch whatever was said to be unusual."""
    if isinstance(plan, Query):
        return plan.query.metrics[0]
    return plan.topic if isinstance(plan, Explanation | Report) else None


def _shapes(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for a rank without an order, a share or an average that is none."""
    metric = METRICS[query.metrics[0]]
    for sign in ("most", "least"):
        if slots.has(sign) and query.order is None:
            yield sign_of(slots, sign)
    is_percent = metric.unit == "share" or query.comparison or query.metric_filters
    if asks_share(slots) and not is_percent:
        yield sign_of(slots, "share")
    filtered = {one.dimension: one.operator for one in query.filters}
    picked = filtered.keys() & set(query.dimensions)
    is_cut = any(operator.startswith("not") for operator in filtered.values())
    if metric.is_share and ((picked and len(query.dimensions) > 1) or is_cut):
        # Of AWS's cost, or of all: a share of a part has two readings.
        yield sign_of(slots, "share")
    if metric.is_share and 1 < query.limit < MANY and slots.says(*TOGETHER):
        # What three make up is told of each, or of all of them.
        yield sign_of(slots, "share")
    is_ranked = slots.has("rank") or query.metric_filters
    if slots.has("most") and slots.has("least") and not is_ranked:
        # One answer has one order.
        yield sign_of(slots, "least")
    is_by_time = any(DIMENSIONS[name].is_time for name in query.dimensions)
    is_averaged_twice = metric.name == "avg_cost_per_customer" and is_by_time
    is_average = metric.name.startswith(("avg", "cost_per")) or metric.unit == "share"
    if slots.has("average") and (is_averaged_twice or not is_average):
        yield sign_of(slots, "average")
    if slots.has("growth") and not query.comparison:
        yield sign_of(slots, "growth")


def explained(slots: Slots, plan: Explanation) -> Iterator[Leftover]:
    """Look for another figure than cost, and for two that are set side by side.

    Args:
        slots: What was recognised.
        plan: The causes that a reading would look for.
    """
    if plan.topic == "price_volume_mix":
        return
    for name, at in slots.metrics:
        if name not in OF_CAUSES:
            yield Leftover(kind="metric", name=name, at=at)
    yield from steps_from(slots)
    for found in slots.periods:
        if slots.words[found.start].text == "between":
            # One month against another, or the two against those before?
            yield Leftover(kind="period", name="period", at=found.start)
    if slots.says("difference", "different") and slots.says("between"):
        yield sign_of(slots, "changed")
    is_several = any(len(one.values) > 1 for one in plan.filters)
    if is_several and slots.has("than", "versus"):
        yield sign_of(slots, "than" if slots.has("than") else "versus")
