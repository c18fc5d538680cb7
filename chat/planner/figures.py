"""The reading of plain figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.metrics import METRICS, Metric
from chat.planner.comparisons import NOW_OF, comparison_of, is_only_held_against
from chat.planner.limits import limit, threshold
from chat.planner.parts import (
    AGAINST,
    against_all_else,
    asks_by_verb,
    asks_share,
    dimensions,
    filters,
    is_up_or_down,
    spread_of,
)
from chat.planner.unclear import PERIOD_CHOICES, is_of_money, read_unclear
from chat.plans import Clarification, Query
from chat.query import CostQuery, Order, TimeRange
from chat.relations import DIMENSIONS

if TYPE_CHECKING:
    from chat.planner.slots import Slots
    from chat.plans import Plan
    from chat.query import Spread

DEFAULT_ROWS = 100
ONE_OF = {"a", "an", "one", "each", "every", "single", "per", "average"}
DEAR = ("cheaper", "pricier", "dearer", "costlier", "expensive", "pricey", "costly")
INPUTS = {"input", "cache_read"}
# Asked without a period, these are of the month so far, as sums of money are.
MONTHLY = {"cost_share", "cost_growth_pct", "avg_cost_per_customer"}
COUNTING = {"many", "number", "count", "volume", "total", "usage", "use", "used"}
COUNTING |= {"amount", "quantity", "consumption", "consume", "consumed", "burn"}


def read_figures(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read a figure, split and filtered, of a period, perhaps against another."""
    metric = _metric(slots)
    relation = metric.relation
    split = dimensions(slots)
    spread = spread_of(slots, split)
    if spread:
        split = list(dict.fromkeys([*split, spread.over]))
    unclear = _uncounted(slots, metric, spread) or read_unclear(slots, metric, split)
    if unclear:
        return unclear
    # An average per day is not split by days, nor one per customer by customers.
    averaged = {"avg_daily_cost": "day", "avg_cost_per_customer": "customer"}
    split = [name for name in split if name != averaged.get(metric.name)]
    if metric.name == "unattributed_cost":
        # All of it is of no customer.
        split = [name for name in split if name != "customer"]
    if metric.name == "allocated_cost" and not slots.named("customer"):
        split = ["customer", "attribution"]
    split = [_as_known(name, slots) for name in split]
    comparison = comparison_of(slots, metric)
    asked = filters(slots)
    if metric.name in {"cache_savings", "batch_savings", "batch_share"}:
        # What the saving is made with is no filter on it.
        means = {"token_type", "pricing_tier"}
        asked = filters(slots, relation)
        asked = tuple(one for one in asked if one.dimension not in means)
        split = [name for name in split if name not in means]
    is_of_input = set(slots.named("token_type")) <= INPUTS
    if metric.name == "output_input_ratio" or (
        metric.name == "cache_hit_share" and is_of_input
    ):
        # A part of the kinds of token is one already.
        asked = tuple(one for one in asked if one.dimension != "token_type")
        split = [name for name in split if name != "token_type"]
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
            spread=spread,
        )
    )


def _uncounted(
    slots: Slots, metric: Metric, spread: Spread | None
) -> Clarification | None:
    """Ask back which price is meant, or of what clouds are to be counted."""
    if metric.name == "tokens" and slots.says(*DEAR):
        return Clarification(
            about="metric",
            question="What they cost together, or per million tokens?",
            choices=(
                "Cost by token type this month",
                "Cost per million tokens by model this month",
            ),
        )
    if slots.has("several clouds") and not spread:
        return Clarification(
            about="condition",
            question="Of what shall I count the clouds?",
            choices=("Cost of models on more than one cloud this month",),
        )
    return None


def _metric(slots: Slots) -> Metric:
    """Give the metric that is asked for; the first rule that fits names it."""
    named = slots.metric_names()
    splits = slots.dimension_names()
    is_average = slots.has("average")
    saves, tokens = slots.has("save"), slots.named("token_type")
    cached = bool(tokens) or slots.has("caching")
    # Tokens of a kind are counted, unless their cost is asked for.
    is_money = is_of_money(slots)
    counts = slots.says("token", *COUNTING) and not is_money
    batch = "batch" in slots.named("pricing_tier")
    grows = slots.has("growth") and (
        slots.has("which", "most", "share") or "cost_growth_pct" in named
    )
    moves = slots.has("changed") or is_up_or_down(slots)
    weak = {"total_cost", "cost_growth_pct", "budget"}
    if is_money:
        # The cost of output tokens is a cost.
        weak.add("tokens")
    if asks_by_verb(slots):
        weak.add("usage_cost")
    strong = [name for name in named if name not in weak]
    is_head_count = (
        slots.says("many") and "customer" in splits and not slots.has("most")
    )
    is_of_tokens = bool(tokens) or "tokens" in named
    is_per_token = any(
        name == "tokens" and at > 0 and slots.words[at - 1].text == "per"
        for name, at in slots.metrics
    )
    rules = (
        ("cost_per_1m_tokens", is_per_token and strong == ["tokens"]),
        ("active_customers", is_head_count and not (strong or is_money)),
        ("avg_daily_cost", is_average and (slots.has("daily") or "day" in splits)),
        ("avg_daily_cost", "weekday" in splits),
        (
            "avg_cost_per_customer",
            is_average and ("customer" in splits or "active_customers" in named),
        ),
        (
            "cost_growth_pct",
            slots.has("fast") or grows or (slots.has("share") and moves),
        ),
        ("batch_share", slots.has("share") and "tokens" in named and batch),
        ("cache_savings", saves and cached),
        ("batch_savings", saves and batch),
        ("cost_per_1k_tokens", slots.has("per thousand") and is_of_tokens),
        ("cost_per_1m_tokens", slots.has("per million") and is_of_tokens),
        ("cost_per_request", is_money and _is_of_one(slots, "requests")),
        ("cost_share", asks_share(slots) and set(named) <= {"total_cost"}),
        (strong[0] if strong else "", bool(strong)),
        ("tokens", bool(tokens) and counts),
        ("total_cost", True),
    )
    return METRICS[next(name for name, fits in rules if fits)]


def _is_of_one(slots: Slots, metric: str) -> bool:
    """Whether one of what is counted is spoken of: what does a single call cost."""
    return any(
        name == metric
        and not slots.is_plural(at)
        and at > 0
        and slots.words[at - 1].text in ONE_OF
        for name, at in slots.metrics
    )


def _as_known(name: str, slots: Slots) -> str:
    if name == "project" and "GCP" in slots.named("provider"):
        return "account"
    return name


def _time(slots: Slots, metric: Metric, split: list[str]) -> TimeRange:
    if slots.periods and is_only_held_against(slots):
        return TimeRange(name=NOW_OF[slots.periods[0].time.name or ""])
    if slots.periods and slots.has("versus"):
        # September against October is October against the month before.
        return max(
            (one.time for one in slots.periods),
            key=lambda time: time.resolve(today=slots.today).first,
        )
    if slots.periods:
        return slots.periods[0].time
    step = next((name for name in AGAINST if slots.has(name)), None)
    return TimeRange(name=AGAINST[step][0] if step else _unsaid(metric, split))


def _unsaid(metric: Metric, split: list[str]) -> str:
    """Give the period that is meant where none is named."""
    if "weekday" in split:
        return "last_90_days"
    is_course = any(DIMENSIONS[name].is_time for name in split)
    is_sum = (metric.unit == "usd" and metric.is_additive) or metric.name in MONTHLY
    return "month_to_date" if is_sum and not is_course else "last_30_days"


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
    # What dropped the most has grown the least.
    is_drop = metric.is_growth and slots.has("down") and not slots.has("up")
    return Order(metric=metric.name, descending=slots.has("least") == is_drop)


def _kept(slots: Slots, metric: Metric) -> tuple:  # type: ignore[type-arg]
    kept = threshold(slots, metric.name, is_share=metric.unit == "share")
    return (kept,) if kept else ()
