"""Questions with their plans: shown to the model, and tests of both planners."""

from __future__ import annotations

from chat.plans import (
    AlertRequest,
    Clarification,
    Explanation,
    Help,
    Plan,
    Query,
    Refusal,
    Report,
)
from chat.query import (
    Comparison,
    CostQuery,
    Filter,
    MetricFilter,
    Order,
    TimeRange,
)

MONTH = TimeRange(name="month_to_date")

EXAMPLES: tuple[tuple[str, Plan], ...] = (
    (
        "What did we spend on Azure yesterday?",
        Query(
            query=CostQuery(
                metrics=("total_cost",),
                filters=(Filter(dimension="provider", values=("Azure",)),),
                time=TimeRange(name="yesterday"),
            )
        ),
    ),
    (
        "Top 5 customers by Claude spend last month",
        Query(
            query=CostQuery(
                metrics=("total_cost",),
                dimensions=("customer",),
                filters=(Filter(dimension="model_family", values=("claude",)),),
                time=TimeRange(name="last_month"),
                order=Order(metric="total_cost"),
                limit=5,
            )
        ),
    ),
    (
        "Daily cost of Claude Haiku over the last 14 days",
        Query(
            query=CostQuery(
                metrics=("total_cost",),
                dimensions=("day",),
                filters=(
                    Filter(
                        dimension="model",
                        operator="matches",
                        values=("claude-haiku",),
                    ),
                ),
                time=TimeRange(name="last_14_days"),
            )
        ),
    ),
    (
        "Cost by model this month vs last month",
        Query(
            query=CostQuery(
                metrics=("total_cost",),
                dimensions=("model",),
                time=MONTH,
                comparison=Comparison(kind="previous_period"),
                order=Order(metric="total_cost"),
            )
        ),
    ),
    (
        "What percent of our Azure budget have we used?",
        Query(
            query=CostQuery(
                metrics=("budget_utilization_pct",),
                filters=(Filter(dimension="provider", values=("Azure",)),),
                time=MONTH,
            )
        ),
    ),
    (
        "Which customers are above 80% of budget?",
        Query(
            query=CostQuery(
                metrics=("budget_utilization_pct",),
                dimensions=("customer",),
                metric_filters=(
                    MetricFilter(
                        metric="budget_utilization_pct", operator=">=", value=0.8
                    ),
                ),
                time=MONTH,
                order=Order(metric="budget_utilization_pct"),
            )
        ),
    ),
    (
        "Cost per 1K tokens by provider last month",
        Query(
            query=CostQuery(
                metrics=("cost_per_1k_tokens",),
                dimensions=("provider",),
                time=TimeRange(name="last_month"),
                order=Order(metric="cost_per_1k_tokens"),
            )
        ),
    ),
    (
        "Why did costs change last week?",
        Explanation(
            topic="change_drivers",
            dimensions=("model", "customer", "service"),
            time=TimeRange(name="last_week"),
        ),
    ),
    (
        "Why did costs spike on Tuesday?",
        Explanation(
            topic="anomaly_drivers",
            dimensions=("model", "customer", "service"),
            time=TimeRange(name="last_tuesday"),
            against="baseline",
        ),
    ),
    (
        "What if we moved GPT-4o traffic to GPT-4o mini?",
        Report(
            topic="what_if_savings",
            time=TimeRange(name="last_30_days"),
            from_model="gpt-4o",
            to_model="gpt-4o-mini",
        ),
    ),
    (
        "How fresh is this data?",
        Report(topic="data_freshness", dimensions=("provider",)),
    ),
    (
        "Alert me when we spend more than $500 a day",
        AlertRequest(metric="total_cost", operator=">", threshold=500),
    ),
    (
        "How much do we spend?",
        Clarification(
            about="time_range",
            question="Of which time?",
            choices=("Yesterday", "Last 7 days", "This month so far", "Last month"),
        ),
    ),
    ("What can I ask?", Help()),
    (
        "Delete the rows of last month",
        Refusal(
            reason="read_only",
            message=(
                "I can only read: nothing here changes bills, budgets or settings."
            ),
        ),
    ),
    (
        "Tell me a joke",
        Refusal(
            reason="out_of_scope",
            message="I answer questions about what your AI usage costs.",
        ),
    ),
)
