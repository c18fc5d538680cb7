"""Turns of phrase that a plan does not tell of: a rank, a share, a move, a cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chat.metrics import METRICS
from chat.planner.comparisons import leads_to
from chat.planner.negation import after
from chat.planner.parts import asks_share
from chat.planner.unclear import MONEY
from chat.plans import Explanation, Query, Report
from chat.relations import BUDGETS, DIMENSIONS, MARGINS

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
JUDGING = {"best", "worst"}
# Metrics that are named in passing where a cause is asked for.
OF_CAUSES = {"total_cost", "budget", "active_customers", "cost_growth_pct"}
OF_CAUSES |= {"anomalies", "anomaly_impact"}


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
            yield _sign(slots, name)
    if isinstance(plan, Query):
        yield from _shapes(slots, plan.query)
        yield from _moves(slots, plan.query)


def _told(plan: Query | Explanation | Report | AlertRequest) -> str | None:
    """Give what a plan tells of; an alert may watch whatever was said to be unusual."""
    if isinstance(plan, Query):
        return plan.query.metrics[0]
    return plan.topic if isinstance(plan, Explanation | Report) else None


def _sign(slots: Slots, name: str) -> Leftover:
    return Leftover(kind="sign", name=name, at=slots.signs.get(name, [0])[0])


def _shapes(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for a rank without an order, a share or an average that is none."""
    metric = METRICS[query.metrics[0]]
    for sign in ("most", "least"):
        if slots.has(sign) and query.order is None:
            yield _sign(slots, sign)
    is_percent = metric.unit == "share" or query.comparison or query.metric_filters
    if asks_share(slots) and not is_percent:
        yield _sign(slots, "share")
    filtered = {one.dimension: one.operator for one in query.filters}
    picked = filtered.keys() & set(query.dimensions)
    is_cut = any(operator.startswith("not") for operator in filtered.values())
    if metric.is_share and ((picked and len(query.dimensions) > 1) or is_cut):
        # Of AWS's cost, or of all: a share of a part has two readings.
        yield _sign(slots, "share")
    is_by_time = any(DIMENSIONS[name].is_time for name in query.dimensions)
    is_averaged_twice = metric.name == "avg_cost_per_customer" and is_by_time
    is_average = metric.name.startswith(("avg", "cost_per")) or metric.unit == "share"
    if slots.has("average") and (is_averaged_twice or not is_average):
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
    for at in (*slots.signs.get("over", ()), *slots.signs.get("under", ())):
        is_time = any(leads_to(slots, at, one.start) for one in slots.periods)
        if not (compares or is_time or query.relation == BUDGETS):
            yield Leftover(kind="sign", name="over", at=at)
    is_split = bool(query.dimensions) or query.relation == BUDGETS
    if slots.has("versus") and not (compares or is_split):
        yield _sign(slots, "versus")
    if slots.has("forecast") and "forecast" not in query.metrics[0]:
        yield _sign(slots, "forecast")
    if slots.has("who") and not query.dimensions:
        yield _sign(slots, "who")
    is_by_time = any(DIMENSIONS[name].is_time for name in query.dimensions)
    if slots.says("when") and not is_by_time:
        yield Leftover(kind="sign", name="when", at=_place(slots, "when"))
    yield from _counts(slots, query)


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
    is_of_money = slots.says("money", "dollar", *MONEY)
    for at, word in enumerate(slots.words):
        is_split = any(place == at + 1 for _, place in slots.dimensions)
        is_counted = metric.unit in {"count", "tokens"} or not is_split
        is_named = is_of_money or last >= at - 1
        if word.text == "many" and not (is_named and is_counted):
            yield Leftover(kind="sign", name="how much", at=at)


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
    for found in slots.periods:
        if slots.words[found.start].text == "between":
            # One month against another, or the two against those before?
            yield Leftover(kind="period", name="period", at=found.start)
    if slots.says("difference", "different") and slots.says("between"):
        yield _sign(slots, "changed")
    is_several = any(len(one.values) > 1 for one in plan.filters)
    if is_several and slots.has("than", "versus"):
        yield _sign(slots, "than" if slots.has("than") else "versus")
