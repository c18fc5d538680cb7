"""How the marts of several warehouses, each of its own clouds, become those of all.

Rows that belong to a provider are put one below the other. What is worked out for a
customer over all its clouds is worked out anew from the parts: a budget is one budget,
held against the cost of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

PROVIDER_COLUMN = "cloud_provider"
# Whose rows each belong to one provider, or are asked for by provider only.
OF_PROVIDERS = frozenset(
    {
        "unified_costs",
        "cost_anomalies",
        "cost_forecast",
        "customer_efficiency",
        "model_switch_savings",
        "data_freshness",
        "load_reconciliation",
    }
)
# Whose rows are those of the same settings everywhere.
OF_SETTINGS = frozenset({"dim_customers"})
# Of a mart of many rows: what only sums are asked of, so that a warehouse sends sums.
SUMMED = {
    "unified_costs": frozenset(
        {"cost_usd", "list_cost_usd", "effective_cost_usd", "usage_amount"}
    )
}


@dataclass(frozen=True, kw_only=True)
class Combined:
    """A mart of customers that is worked out anew from its parts.

    Attributes:
        keys: What a row is of; conditions on these hold for the parts as well.
        columns: What the parts are asked for beside the keys.
        sql: Statement over the parts, which lie in {parts}.
    """

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    sql: str


COMBINED = {
    "budget_status": Combined(
        keys=("month", "budget_scope", "cloud_provider", "customer_id", "team"),
        columns=("monthly_budget_usd", "cost_usd", "forecast_month_end_usd"),
        sql="""
            with summed as (
                select
                    month, budget_scope, cloud_provider, customer_id, team,
                    max(monthly_budget_usd) as monthly_budget_usd,
                    sum(cost_usd) as cost_usd,
                    sum(forecast_month_end_usd) as forecast_month_end_usd
                from {parts}
                group by month, budget_scope, cloud_provider, customer_id, team
            )
            select
                *,
                monthly_budget_usd - cost_usd as budget_remaining_usd,
                cast(cost_usd as double) / nullif(monthly_budget_usd, 0) * 100
                as percent_used,
                case
                    when monthly_budget_usd is null then 'No budget'
                    when cost_usd > monthly_budget_usd then 'Over'
                    when forecast_month_end_usd > monthly_budget_usd then 'At risk'
                    else 'On track'
                end as status
            from summed
        """,
    ),
    "customer_margins": Combined(
        keys=("month", "customer_id"),
        columns=("monthly_revenue_usd", "forecast_month_end_usd"),
        sql="""
            select
                month, customer_id,
                max(monthly_revenue_usd) as monthly_revenue_usd,
                max(monthly_revenue_usd) - sum(forecast_month_end_usd) as margin_usd
            from {parts}
            group by month, customer_id
        """,
    ),
    # A customer's day is unusual if it is in any of its clouds, as much as there.
    "customer_anomalies": Combined(
        keys=("date", "customer_id"),
        columns=("cost_usd", "expected_cost_usd", "change_usd", "severity", "status"),
        sql="""
            select
                date, customer_id,
                sum(cost_usd) as cost_usd,
                sum(expected_cost_usd) as expected_cost_usd,
                sum(
                    case
                        when severity <> 'none' or is_none = 1 then change_usd
                    end
                ) as change_usd,
                case
                    when max(case when severity = 'critical' then 1 else 0 end) = 1
                    then 'critical'
                    when is_none = 0 then 'warning'
                    else 'none'
                end as severity,
                max_by(status, abs(coalesce(change_usd, 0))) as status
            from (
                select
                    *,
                    min(case when severity = 'none' then 1 else 0 end) over (
                        partition by date, customer_id
                    ) as is_none
                from {parts}
            )
            group by date, customer_id, is_none
        """,
    ),
}


_TYPES = (
    (("usage_amount", "tokens"), "decimal(38, 6)"),
    (("_usd", "_cost", "difference"), "decimal(38, 9)"),
    (("percent_used",), "double"),
    (("date",), "date"),
    (("_at",), "timestamp"),
)


def type_of(column: str) -> str:
    """Give DuckDB's type of a mart's column, by the names that marts give them."""
    if column == "month":
        return "date"
    for endings, kind in _TYPES:
        if column.endswith(endings):
            return kind
    return "varchar"
