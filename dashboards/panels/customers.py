"""Panels about who causes the cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, links, theme
from dashboards.queries import customers, spend

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]


def active_customers_stat(q: Dialect) -> Json:
    """Customers with cost."""
    return house.stat(
        q,
        title="Active customers",
        description=(
            "Customers that caused AI cost in this range. Fewer than you know of means "
            "that some are not tagged, or have left."
        ),
        sql=customers.active_customers(q),
        shows=("customers",),
        unit=theme.COUNT,
        decimals=0,
    )


def cost_per_customer_stat(q: Dialect) -> Json:
    """Mean cost of a customer."""
    return house.stat(
        q,
        title="Cost per active customer",
        description=(
            "Attributed cost divided by the customers that caused it: what a new "
            "customer of the usual kind will cost over a range as long as this."
        ),
        sql=customers.active_customers(q),
        shows=("cost_usd",),
        unit=theme.USD,
        decimals=2,
    )


def unattributed_cost_stat(q: Dialect) -> Json:
    """Cost without a customer."""
    return house.stat(
        q,
        title="Unattributed cost",
        description=(
            "Cost of this range that nobody can be billed for yet. Zero is the goal. "
            "Follows cloud and model, not the customer."
        ),
        sql=spend.unattributed(q),
        shows=("cost_usd",),
        unit=theme.USD,
        decimals=2,
    )


def budgets_in_danger_stat(q: Dialect) -> Json:
    """Customers near or over their budget."""
    return house.stat(
        q,
        title="Budgets in danger",
        description=(
            "Customers that are over this month's budget or will be by its end. Talk "
            "to them first; the table below names them. Does not follow the time "
            "picker, the cloud or the model."
        ),
        sql=customers.budgets_in_danger(q),
        unit=theme.COUNT,
        decimals=0,
        steps=theme.ANY_IS_A_WARNING,
        no_value="No customer has a budget (seed customer_settings).",
    )


def weekly_cost_heatmap(q: Dialect) -> Json:
    """Cost of each customer and week, as a table of coloured cells.

    Grafana's heatmap panel may stay blank for rows from SQL (grafana#103051); coloured
    cells always draw, and show the amount.
    """
    weeks = [
        theme.money(
            customers.week_column(ago),
            "This week" if ago == 0 else f"{ago} w ago",
            decimals=1,
            color={"mode": "continuous-YlRd"},
            custom_cellOptions={"type": "color-background", "mode": "basic"},
            custom_align="right",
        )
        for ago in reversed(range(customers.WEEKS))
    ]
    return house.table(
        q,
        title="Weekly spend heatmap",
        description=(
            "Cost of each customer in each of the last 12 weeks (Monday to Sunday, "
            "UTC) up to the end of the time picker; the darker, the more. Read along a "
            "row for growth, down a column for a week in which everybody spent more. "
            "This week is not complete."
        ),
        sql=customers.weekly_cost(q),
        columns=[
            theme.column(
                "customer_id",
                "Customer",
                links=links.customer(q, "cloud_provider", "model"),
                custom_width=170,
            ),
            *weeks,
        ],
    )


def _budget_columns() -> list[Json]:
    return [
        theme.money("budget_usd", "Monthly budget"),
        theme.share_bar("budget_used", "Budget used", theme.BUDGET),
        theme.status("budget_status", "Status", theme.BUDGET_STATES),
    ]


def top_spenders_table(q: Dialect) -> Json:
    """All that is known of each customer."""
    return house.table(
        q,
        title="Top spenders",
        description=(
            "Every customer with cost, dearest first. The change is the last 7 days "
            "against the 7 before. Many models and few active days look like trials; "
            "budget use above the month's progress ends over budget. Month, week and "
            "budget end at the newest day; the other columns follow the time picker."
        ),
        sql=customers.top_spenders(q),
        columns=[
            theme.column(
                "customer_id",
                "Customer",
                links=[
                    *links.customer(q, "cloud_provider", "model"),
                    *links.drill_down(
                        q, links.ANOMALIES, "See its anomalies", "customer_id"
                    ),
                ],
            ),
            theme.cost_bar("cost_usd", "Cost in range"),
            theme.money("month_usd", "Month to date"),
            theme.money("week_usd", "Last 7 days"),
            theme.change("cost_change", "7-day change"),
            theme.column("active_days", "Active days", unit=theme.COUNT, decimals=0),
            theme.column("models_used", "Models used", unit=theme.COUNT, decimals=0),
            theme.status("warehouse_home", "Home", theme.HOMES),
            *([] if q.part else _budget_columns()),
        ],
    )


def customer_growth_trend(q: Dialect) -> Json:
    """Active customers and cost over time."""
    return house.trend(
        q,
        title="Growth: active customers and spend",
        description=(
            "Customers with cost on a day (right) beside the day's cost (left). Cost "
            "that grows faster than customers means that each one got dearer."
        ),
        sql=customers.daily_customers_and_cost(q),
        calcs=("mean", "lastNotNull"),
        unit=theme.USD,
        columns=[
            theme.money(
                "cost_usd",
                "Cost",
                color=theme.ACTUAL,
                custom_drawStyle="bars",
                custom_fillOpacity=50,
                custom_lineWidth=1,
            ),
            theme.column(
                "customers",
                "Active customers",
                unit=theme.COUNT,
                decimals=0,
                color=theme.EXPECTED,
                custom_axisPlacement="right",
            ),
        ],
    )


def unattributed_trend(q: Dialect) -> Json:
    """Cost without a customer over time."""
    return house.trend(
        q,
        title="Unattributed over time",
        description=(
            "Cost without a customer and its share of the day (right). A step up is a "
            "workload that was started without tags; a step down is tagging that "
            "works. Follows cloud and model, not the customer."
        ),
        sql=customers.daily_unattributed(q),
        calcs=("mean", "lastNotNull"),
        unit=theme.USD,
        columns=[
            theme.money(
                "cost_usd",
                "Unattributed cost",
                color=theme.QUIET,
                custom_drawStyle="bars",
                custom_fillOpacity=50,
                custom_lineWidth=1,
            ),
            theme.column(
                "unattributed_share",
                "Share of the day",
                unit=theme.SHARE,
                decimals=1,
                color=theme.WARN,
                custom_axisPlacement="right",
            ),
        ],
    )


def customer_models_table(q: Dialect) -> Json:
    """Models of each customer."""
    return house.table(
        q,
        title="Models by customer",
        description=(
            "The fifty dearest pairs of customer and model, with the model's share of "
            "the customer's cost. Choose one customer above to see where its cost "
            "goes."
        ),
        sql=customers.models_of_customers(q),
        columns=[
            theme.column(
                "customer_id",
                "Customer",
                links=links.customer(q, "cloud_provider", "model"),
            ),
            theme.column(
                "model",
                "Model",
                links=links.model(q, "cloud_provider"),
            ),
            theme.cost_bar("cost_usd", "Cost"),
            theme.column(
                "cost_share", "Share of the customer", unit=theme.SHARE, decimals=0
            ),
            theme.column("tokens", "Tokens", unit=theme.COUNT, decimals=1),
        ],
    )
