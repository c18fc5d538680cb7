"""The reading of plain figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.metrics import METRICS, Metric
from chat.planner.parts import (
    AGAINST,
    against_all_else,
    asks_share,
    dimensions,
    filters,
    limit,
    threshold,
)
from chat.planner.unclear import MONEY, PERIOD_CHOICES, read_unclear
from chat.plans import Clarification, Query
from chat.query import Comparison, CostQuery, Order, TimeRange
from chat.relations import DIMENSIONS

if TYPE_CHECKING:
    from chat.planner.slots import Slots
    from chat.plans import Plan

DEFAULT_ROWS = 100
# Asked without a period, these are of the month so far, as sums of money are.
MONTHLY = {"cost_share", "cost_growth_pct", "avg_cost_per_customer"}
COUNTING = {"many", "number", "count", "volume", "total", "usage", "use", "used"}
COUNTING |= {"amount", "quantity", "consumption", "consume", "consumed", "burn"}
# What may stand between a comparing word and the period that is held against.
BEFORE_A_PERIOD = {"the", "to", "with", "that", "of", "in", "our", "those"}
# The period that goes on, of the one before it.
NOW_OF = {
    "yesterday": "today",
    "last_week": "this_week",
    "last_month": "month_to_date",
    "last_quarter": "this_quarter",
    "last_year": "year_to_date",
}


def read_figures(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read a figure, split and filtered, of a period, perhaps against another."""
    metric = _metric(slots)
    if slots.has("several clouds"):
        return Clarification(
            about="condition",
            question="I cannot count clouds per model. Shall I show both?",
            choices=("Cost by model and cloud this month",),
        )
    relation = metric.relation
    split = dimensions(slots)
    unclear = read_unclear(slots, metric, split)
    if unclear:
        return unclear
    if metric.name in {"avg_daily_cost", "avg_cost_per_customer"}:
        split = [n for n in split if n not in {"day", "customer"}]
    if metric.name == "unattributed_cost":
        # All of it is of no customer.
        split = [name for name in split if name != "customer"]
    if metric.name == "allocated_cost":
        split = ["customer", "attribution"]
    split = [_as_known(name, slots) for name in split]
    comparison = _comparison(slots, metric)
    asked = filters(slots)
    if metric.name in {"cache_savings", "batch_savings", "batch_share"}:
        # What the saving is made with is no filter on it.
        means = {"token_type", "pricing_tier"}
        asked = filters(slots, relation)
        asked = tuple(one for one in asked if one.dimension not in means)
        split = [name for name in split if name not in means]
    is_bare = not (slots.periods or split or asked or comparison)
    if is_bare and metric.name == "total_cost":
        return Clarification(
            about="time_range",
            question="Of which time?",
            choices=PERIOD_CHOICES,
        )
    if comparison:
        split = [name for name in split if not DIMENSIONS[name].is_time]
    return Query(
        query=CostQuery(
            metrics=(metric.name,),
            dimensions=tuple(dict.fromkeys(split)),
            filters=asked,
            metric_filters=_kept(slots, metric),
            time=_time(slots, metric, split),
            comparison=comparison,
            order=_order(slots, metric, split),
            limit=limit(slots) or DEFAULT_ROWS,
        )
    )


def _metric(slots: Slots) -> Metric:
    """Give the metric that is asked for; the first rule that fits names it."""
    named = slots.metric_names()
    splits = slots.dimension_names()
    is_average = slots.has("average")
    saves, tokens = slots.has("save"), slots.named("token_type")
    cached = bool(tokens) or slots.has("caching")
    # Tokens of a kind are counted, unless their cost is asked for.
    counts = slots.says("token", *COUNTING) and not slots.says(*MONEY)
    batch = "batch" in slots.named("pricing_tier")
    grows = slots.has("growth") and (
        slots.has("which", "most", "share") or "cost_growth_pct" in named
    )
    weak = {"total_cost", "cost_growth_pct", "budget"}
    if slots.says("cost", "spend", "spent", "pay", "paying"):
        # The cost of output tokens is a cost.
        weak.add("tokens")
    strong = [name for name in named if name not in weak]
    is_head_count = (
        slots.says("many") and "customer" in splits and not slots.has("most")
    )
    is_of_tokens = bool(tokens) or "tokens" in named
    rules = (
        ("active_customers", is_head_count and not (strong or slots.says(*MONEY))),
        ("avg_daily_cost", is_average and (slots.has("daily") or "day" in splits)),
        ("avg_daily_cost", "weekday" in splits),
        ("avg_cost_per_customer", is_average and "customer" in splits),
        ("cost_growth_pct", slots.has("fast") or grows),
        ("batch_share", slots.has("share") and "tokens" in named and batch),
        ("cache_savings", saves and cached),
        ("batch_savings", saves and batch),
        ("cost_per_1k_tokens", slots.has("per thousand") and is_of_tokens),
        ("cost_per_1m_tokens", slots.has("per million") and is_of_tokens),
        ("cost_share", asks_share(slots) and set(named) <= {"total_cost"}),
        (strong[0] if strong else "", bool(strong)),
        ("tokens", bool(tokens) and counts),
        ("total_cost", True),
    )
    return METRICS[next(name for name, fits in rules if fits)]


def _as_known(name: str, slots: Slots) -> str:
    if name == "project" and "GCP" in slots.named("provider"):
        return "account"
    return name


def _comparison(slots: Slots, metric: Metric) -> Comparison | None:
    for sign, (_, kind) in AGAINST.items():
        if slots.has(sign):
            return Comparison(kind=kind)
    if metric.is_growth:
        return Comparison(kind="previous_period")
    if len(slots.periods) > 1 and slots.has("versus", "than", "growth"):
        is_year = slots.periods[1].time.name == "last_year"
        return Comparison(
            kind="same_period_last_year" if is_year else "previous_period"
        )
    if _is_only_held_against(slots):
        return Comparison(kind="previous_period")
    moves = slots.has("up", "down") and slots.says("is", "are", "was", "were")
    if (moves or slots.has("growth", "changed")) and not slots.has("fast"):
        return Comparison(kind="previous_period")
    return None


def _is_only_held_against(slots: Slots) -> bool:
    """Whether the one period that is named is the one before: vs last week."""
    if len(slots.periods) != 1 or slots.periods[0].time.name not in NOW_OF:
        return False
    if slots.has(*AGAINST):
        # Last week against the week before.
        return False
    start = slots.periods[0].start
    against = [at for at in slots.signs.get("than", []) if _than(slots, at)]
    for sign in ("versus", "over", "under"):
        against += slots.signs.get(sign, [])
    is_after = any(_leads_to(slots, at, start) for at in against)
    is_since = start > 0 and slots.words[start - 1].text == "since"
    return is_after or (is_since and slots.has("growth", "changed", "up", "down"))


def _leads_to(slots: Slots, at: int, start: int) -> bool:
    """Whether a comparing word speaks of a period: nothing else stands between."""
    between = slots.words[slots.ends[at] : start]
    return at < start and all(word.text in BEFORE_A_PERIOD for word in between)


def _than(slots: Slots, at: int) -> bool:
    """Whether over and from compare: they do where something moved."""
    moves = slots.has("growth", "changed", "up", "down")
    return slots.words[at].text == "than" or moves


def _time(slots: Slots, metric: Metric, split: list[str]) -> TimeRange:
    if slots.periods and _is_only_held_against(slots):
        return TimeRange(name=NOW_OF[slots.periods[0].time.name or ""])
    if slots.periods:
        return slots.periods[0].time
    for sign, (name, _) in AGAINST.items():
        if slots.has(sign):
            return TimeRange(name=name)
    if "weekday" in split:
        return TimeRange(name="last_90_days")
    is_money = metric.unit == "usd" and metric.is_additive
    if is_money or metric.name in MONTHLY:
        has_time = any(DIMENSIONS[name].is_time for name in split)
        return TimeRange(name="last_30_days" if has_time else "month_to_date")
    return TimeRange(name="last_30_days")


def _order(slots: Slots, metric: Metric, split: list[str]) -> Order | None:
    times = [name for name in split if DIMENSIONS[name].is_time and name != "weekday"]
    if times:
        # A course keeps the order of its days; the dearest of them comes first.
        is_ranked = len(split) == 1 and slots.has("most", "least") and limit(slots)
        descending = not slots.has("least")
        return Order(metric=metric.name, descending=descending) if is_ranked else None
    if not split or (metric.is_share and (slots.values or slots.models)):
        return None
    is_plain_list = (
        split == ["environment"]
        and len(slots.named("environment")) > 1
        and not (slots.has("versus") or against_all_else(slots))
    )
    if is_plain_list:
        return None
    return Order(metric=metric.name, descending=not slots.has("least"))


def _kept(slots: Slots, metric: Metric) -> tuple:  # type: ignore[type-arg]
    kept = threshold(slots, metric.name, is_share=metric.unit == "share")
    return (kept,) if kept else ()
