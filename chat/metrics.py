"""The figures that can be asked for, each declared once.

Planners, API documentation, MCP tools and the widget read them from here. A new metric,
or a new word for one, is one entry. Expressions are aggregates over the columns of the
metric's mart; what each figure means, and its trap, is told in docs/metrics.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chat.relations import (
    BUDGETS,
    CLOUD_ANOMALIES,
    CLOUD_FORECASTS,
    COSTS,
    CUSTOMER_ANOMALIES,
    EFFICIENCY,
    MARGINS,
    SWITCHES,
    Relation,
)

Unit = Literal[
    "usd",
    "amount",
    "usd_per_million_tokens",
    "tokens",
    "count",
    "share",
    "ratio",
    "text",
]

TOKENS = "sum(case when usage_unit = 'tokens' then usage_amount end)"
COST_OF_TOKENS = (
    "sum(case when usage_unit = 'tokens' and charge_category = 'Usage' "
    "then cost_usd end)"
)
USAGE_TOKENS = (
    "sum(case when usage_unit = 'tokens' and charge_category = 'Usage' "
    "then usage_amount end)"
)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure.

    Attributes:
        name: Its name in queries.
        label: Its name for people.
        unit: What its number counts. A share is a fraction of 1.
        description: What it is, in one sentence.
        expression: Aggregate over the relation, in DuckDB's words.
        relation: The mart it is worked out from.
        synonyms: What people call it.
        is_share: Whether it is divided by its own total over all rows of the answer.
        is_growth: Whether it is the change against another period, as a part of that.
        is_additive: Whether the figures of parts add up to that of the whole.
        unknown_by: Dimensions of its mart that it is not known by.
    """

    name: str
    label: str
    unit: Unit
    description: str
    expression: str
    relation: Relation = COSTS
    synonyms: tuple[str, ...] = ()
    is_share: bool = False
    is_growth: bool = False
    is_additive: bool = False
    unknown_by: tuple[str, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """By what it can be split and filtered."""
        return tuple(
            one for one in self.relation.dimensions if one not in self.unknown_by
        )


def _ratio(numerator: str, denominator: str, factor: int = 1) -> str:
    times = f" * {factor}" if factor != 1 else ""
    return f"cast({numerator} as double){times} / nullif({denominator}, 0)"


def _sum_where(condition: str, column: str) -> str:
    return f"sum(case when {condition} then {column} end)"


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            name="total_cost",
            label="Cost",
            unit="usd",
            description="What the invoice says, taxes, fees and credits included.",
            expression="sum(cost_usd)",
            synonyms=(
                "cost",
                "spend",
                "bill",
                "expense",
                "price tag",
                "burn",
                "expenditure",
                "outlay",
                "damage",
                "spending",
                "spent",
                "invoice total",
                "set us back",
                "fork out",
                "shell out",
                "lay out",
            ),
            is_additive=True,
        ),
        Metric(
            name="usage_cost",
            label="Usage cost",
            unit="usd",
            description="The part of the cost that using something has caused.",
            expression=_sum_where("charge_category = 'Usage'", "cost_usd"),
            synonyms=("usage cost", "cost of usage"),
            is_additive=True,
        ),
        Metric(
            name="effective_cost",
            label="Effective cost",
            unit="usd",
            description="Cost with commitments spread over what they cover.",
            expression="sum(effective_cost_usd)",
            synonyms=("effective cost", "amortized cost", "amortised cost"),
            is_additive=True,
        ),
        Metric(
            name="list_cost",
            label="List cost",
            unit="usd",
            description="The same usage at public price.",
            expression="sum(list_cost_usd)",
            synonyms=("list cost", "list price", "cost at list price"),
            is_additive=True,
        ),
        Metric(
            name="cost_share",
            label="Share of cost",
            unit="share",
            description="Part of the cost of everything in the period.",
            expression="sum(cost_usd)",
            synonyms=("share", "percentage", "proportion", "fraction", "portion"),
            is_share=True,
            is_additive=True,
        ),
        Metric(
            name="cost_growth_pct",
            label="Growth of cost",
            unit="share",
            description="Change against the compared period, as a part of its cost.",
            expression="sum(cost_usd)",
            synonyms=("growth", "growth rate", "cost growth"),
            is_growth=True,
        ),
        Metric(
            name="avg_daily_cost",
            label="Average cost per day",
            unit="usd",
            description="Cost divided by the days that cost something.",
            expression=_ratio("sum(cost_usd)", "count(distinct date)"),
            synonyms=("average daily cost", "daily average"),
        ),
        Metric(
            name="avg_cost_per_customer",
            label="Average cost per customer",
            unit="usd",
            description="Attributed cost divided by the customers that cost something.",
            expression=_ratio(
                _sum_where("customer_id <> 'unattributed'", "cost_usd"),
                "count(distinct case when customer_id <> 'unattributed' "
                "then customer_id end)",
            ),
            synonyms=("average cost per customer",),
        ),
        Metric(
            name="unattributed_cost",
            label="Unattributed cost",
            unit="usd",
            description="Cost that no evidence gives to a customer.",
            expression=_sum_where("customer_id = 'unattributed'", "cost_usd"),
            synonyms=(
                "unattributed",
                "untagged",
                "unallocated",
                "unassigned",
                "without a customer",
                "no customer",
                "without customer",
                "without a tag",
                "belong to no {customer}",
                "not belong to any {customer}",
                "has no owner",
                "without an owner",
            ),
            is_additive=True,
        ),
        Metric(
            name="allocated_cost",
            label="Allocated cost",
            unit="usd",
            description="Unattributed usage that was shared out to customers.",
            expression=_sum_where("customer_attribution = 'allocated'", "cost_usd"),
            synonyms=(
                "allocated",
                "allocated cost",
                "allocation",
                "shared cost",
                "shared cost allocation",
                "cost allocation",
                "split cost",
            ),
            is_additive=True,
        ),
        Metric(
            name="tokens",
            label="Tokens",
            unit="tokens",
            description="Tokens of all kinds, counted one by one.",
            expression=TOKENS,
            synonyms=(
                "token",
                "token usage",
                "token volume",
                "token count",
                "number of token",
                "token consumption",
            ),
            is_additive=True,
        ),
        Metric(
            name="usage_tokens",
            label="Tokens of usage",
            unit="tokens",
            description="Tokens that were billed as usage, not credited or adjusted.",
            expression=USAGE_TOKENS,
            synonyms=("tokens of usage",),
            is_additive=True,
        ),
        Metric(
            name="requests",
            label="Requests",
            unit="count",
            description="Requests, where the bill counts them.",
            expression=_sum_where("usage_unit = 'requests'", "usage_amount"),
            synonyms=(
                "request",
                "call",
                "api call",
                "api request",
                "invocation",
                "number of request",
                "request count",
                "request volume",
                "call volume",
            ),
            is_additive=True,
        ),
        Metric(
            name="cost_per_1m_tokens",
            label="Cost per 1M tokens",
            unit="usd_per_million_tokens",
            description="Cost of token usage per million tokens.",
            expression=_ratio(COST_OF_TOKENS, USAGE_TOKENS, 1_000_000),
            synonyms=(
                "cost per million tokens",
                "cost per 1m tokens",
                "price per 1m tokens",
                "per 1m tokens",
                "per million tokens",
                "per 1 million tokens",
                "for a million tokens",
                "for one million tokens",
                "for 1m tokens",
                "a million tokens",
                "1m tokens cost",
                "million tokens cost",
                "per mtok",
                "cost per token",
                "cheaper per token",
                "more expensive per token",
                "effective price per 1m tokens",
                "price per token",
                "price per million tokens",
                "blended price",
                "unit price",
                "token price",
            ),
        ),
        Metric(
            name="cost_per_1k_tokens",
            label="Cost per 1K tokens",
            unit="usd",
            description="Cost of token usage per thousand tokens.",
            expression=_ratio(COST_OF_TOKENS, USAGE_TOKENS, 1_000),
            synonyms=(
                "cost per thousand tokens",
                "price per thousand tokens",
                "cost per 1k tokens",
                "price per 1k tokens",
                "per 1k tokens",
                "per thousand tokens",
                "per 1000 tokens",
                "cost per 1000 tokens",
                "price per 1000 tokens",
                "per thousand token",
            ),
        ),
        Metric(
            name="cost_per_request",
            label="Cost per request",
            unit="usd",
            description="Cost of what is billed by requests, per request.",
            expression=_ratio(
                _sum_where("usage_unit = 'requests'", "cost_usd"),
                _sum_where("usage_unit = 'requests'", "usage_amount"),
            ),
            synonyms=(
                "cost per request",
                "price per request",
                "cost per call",
                "cost per api call",
                "cost of a request",
                "per request",
                "per call",
            ),
        ),
        Metric(
            name="output_input_ratio",
            label="Output per input token",
            unit="ratio",
            description="Output tokens per token of input, cached input included.",
            expression=_ratio(
                _sum_where("token_type = 'output'", "usage_amount"),
                _sum_where(
                    "token_type in ('input', 'cache_read') and usage_unit = 'tokens'",
                    "usage_amount",
                ),
            ),
            synonyms=(
                "output to input ratio",
                "ratio of output to input",
                "ratio of output to input tokens",
                "output per input token",
                "output input ratio",
                "output to input token ratio",
                "output to input",
                "token ratio",
            ),
        ),
        Metric(
            name="cache_hit_share",
            label="Cache hit share",
            unit="share",
            description="Part of the input that was read from a cache.",
            expression=_ratio(
                _sum_where(
                    "token_type = 'cache_read' and usage_unit = 'tokens'",
                    "usage_amount",
                ),
                _sum_where(
                    "token_type in ('input', 'cache_read') and usage_unit = 'tokens'",
                    "usage_amount",
                ),
            ),
            synonyms=(
                "cache hit share",
                "served from cache",
                "served from the cache",
                "read from cache",
                "read from the cache",
                "share of cached tokens",
                "hit rate",
                "cache hit rate",
                "cache rate",
                "cache hit ratio",
                "caching rate",
            ),
        ),
        Metric(
            name="batch_share",
            label="Batch share",
            unit="share",
            description="Part of the tokens that went through batches.",
            expression=_ratio(
                _sum_where(
                    "pricing_tier = 'batch' and usage_unit = 'tokens'", "usage_amount"
                ),
                TOKENS,
            ),
            synonyms=("batch share", "share of batch"),
        ),
        Metric(
            name="active_customers",
            label="Active customers",
            unit="count",
            description="Customers that cost something.",
            expression=(
                "count(distinct case when customer_id <> 'unattributed' "
                "then customer_id end)"
            ),
            synonyms=(
                "active {customer}",
                "number of {customer}",
                "number of active {customer}",
                "how many {customer}",
                "how many active {customer}",
                "how many different {customer}",
                "{customer} count",
                "count of {customer}",
            ),
        ),
        Metric(
            name="models_used",
            label="Models used",
            unit="count",
            description="Different models that were used.",
            expression=(
                "count(distinct case when model not in "
                "('not_applicable', 'unspecified') then model end)"
            ),
            synonyms=(
                "number of {model}",
                "number of different {model}",
                "how many {model}",
                "how many different {model}",
                "how many distinct {model}",
                "different {model}",
                "distinct {model}",
                "{model} count",
            ),
        ),
        Metric(
            name="cache_savings",
            label="Saved by caches",
            unit="usd",
            description="What cache reads cost less than input, where it has a price.",
            expression="sum(cache_read_saving_usd)",
            relation=EFFICIENCY,
            synonyms=(
                "cache savings",
                "caching savings",
                "saved by caching",
                "saved by the cache",
                "saved through caching",
                "saved thanks to caching",
                "cached tokens save",
            ),
            is_additive=True,
        ),
        Metric(
            name="batch_savings",
            label="Saved by batches",
            unit="usd",
            description="What batches cost less than on demand, if that has a price.",
            expression="sum(batch_saving_usd)",
            relation=EFFICIENCY,
            synonyms=(
                "batch savings",
                "batching savings",
                "saved by batches",
                "saved by batching",
            ),
            is_additive=True,
        ),
        Metric(
            name="what_if_savings",
            label="Saving with another model",
            unit="usd",
            description="Cost less what the same tokens would have cost elsewhere.",
            expression="sum(saving_usd)",
            relation=SWITCHES,
            synonyms=("what if", "switch", "move to", "migrate to", "another model"),
        ),
        Metric(
            name="budget_status",
            label="Budget status",
            unit="text",
            description="On track, At risk, Over, or No budget.",
            expression="max(status)",
            relation=BUDGETS,
            synonyms=(
                "budget status",
                "on track",
                "within budget",
                "over budget",
                "on budget",
                "under budget",
                "state of the budget",
            ),
        ),
        Metric(
            name="budget",
            label="Budget",
            unit="usd",
            description="Monthly budget.",
            expression="max(monthly_budget_usd)",
            relation=BUDGETS,
            synonyms=("budget", "monthly budget"),
        ),
        Metric(
            name="budget_utilization_pct",
            label="Budget used",
            unit="share",
            description="Cost of the month so far as a part of the budget.",
            expression="max(percent_used) / 100",
            relation=BUDGETS,
            synonyms=(
                "budget used",
                "budget utilization",
                "budget utilisation",
                "budget consumption",
                "percent of budget",
                "used up",
            ),
        ),
        Metric(
            name="budget_variance",
            label="Cost over budget",
            unit="usd",
            description="Cost of the month so far less the budget; above 0 is over it.",
            expression="-max(budget_remaining_usd)",
            relation=BUDGETS,
            synonyms=("budget variance", "exceed budget", "over budget by"),
        ),
        Metric(
            name="budget_remaining",
            label="Budget left",
            unit="usd",
            description="What is left of the month's budget.",
            expression="max(budget_remaining_usd)",
            relation=BUDGETS,
            synonyms=(
                "budget left",
                "budget remaining",
                "remaining budget",
                "budget headroom",
                "left over budget",
                "left of the budget",
                "left in the budget",
                "still have budget",
                "has budget left",
                "have budget left",
            ),
        ),
        Metric(
            name="forecast_cost",
            label="Forecast at month's end",
            unit="usd",
            description="Cost so far and what is expected of the days to come.",
            expression="max(forecast_month_end_usd)",
            relation=BUDGETS,
            synonyms=("forecast", "projection", "projected spend", "expected cost"),
            # Clouds and teams are there only if they have a budget.
            unknown_by=("provider", "team"),
        ),
        Metric(
            name="cloud_forecast",
            label="Forecast at month's end by cloud",
            unit="usd",
            description="Cost so far of a cloud and what is expected of it to come.",
            expression="sum(month_forecast_usd)",
            relation=CLOUD_FORECASTS,
            is_additive=True,
        ),
        Metric(
            name="forecast_budget_variance",
            label="Forecast over budget",
            unit="usd",
            description="Forecast at month's end less the budget.",
            expression="max(forecast_month_end_usd) - max(monthly_budget_usd)",
            relation=BUDGETS,
            synonyms=("forecast over budget", "going to exceed"),
        ),
        Metric(
            name="gross_margin",
            label="Margin",
            unit="usd",
            description="What customers pay less what their AI costs.",
            expression="sum(margin_usd)",
            relation=MARGINS,
            synonyms=("margin", "gross margin", "profit", "profitability"),
            is_additive=True,
        ),
        Metric(
            name="revenue",
            label="Revenue",
            unit="usd",
            description="What customers pay, where the settings tell it.",
            expression="sum(monthly_revenue_usd)",
            relation=MARGINS,
            synonyms=("revenue",),
            is_additive=True,
        ),
        Metric(
            name="anomalies",
            label="Anomalies",
            unit="count",
            description="Days on which a customer's cost was unusual.",
            expression="sum(case when severity <> 'none' then 1 else 0 end)",
            relation=CUSTOMER_ANOMALIES,
            synonyms=(
                "anomaly",
                "anomaly count",
                "number of anomaly",
                "spike",
                "unusual",
                "outlier",
                "abnormal",
            ),
            is_additive=True,
        ),
        Metric(
            name="anomaly_impact",
            label="Cost of anomalies",
            unit="usd",
            description="What anomalies cost more, or less, than was expected.",
            expression=_sum_where("severity <> 'none'", "change_usd"),
            relation=CUSTOMER_ANOMALIES,
            synonyms=(
                "cost of anomalies",
                "anomaly impact",
                "impact of anomalies",
                "impact of the spike",
                "cost of the spike",
            ),
            is_additive=True,
        ),
        Metric(
            name="cloud_anomalies",
            label="Anomalies by cloud",
            unit="count",
            description="Days on which a cloud's cost was unusual.",
            expression="sum(case when severity <> 'none' then 1 else 0 end)",
            relation=CLOUD_ANOMALIES,
            is_additive=True,
        ),
        Metric(
            name="cloud_anomaly_impact",
            label="Cost of anomalies by cloud",
            unit="usd",
            description="What a cloud's anomalies cost more, or less, than expected.",
            expression=_sum_where("severity <> 'none'", "change_usd"),
            relation=CLOUD_ANOMALIES,
            is_additive=True,
        ),
    )
}
