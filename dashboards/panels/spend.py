"""Panels about cost in total, by cloud and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, links, theme
from dashboards.queries import spend

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]


def cost_this_month_stat(q: Dialect) -> Json:
    """Cost of the newest month."""
    return house.stat(
        q,
        title="Total this month",
        description=(
            "What the clouds have billed for AI in the newest month, up to the newest "
            "day. Follows the filters, not the time picker. Compare it with the "
            "forecast beside it before promising anything to finance."
        ),
        sql=spend.headline(q),
        shows=("cost_usd",),
        unit=theme.USD,
        decimals=2,
    )


def month_end_forecast_stat(q: Dialect) -> Json:
    """Cost at the month's end."""
    return house.stat(
        q,
        title="Forecast for the month",
        description=(
            "Where the month ends if it goes on as it began: the chosen clouds, or the "
            "chosen customers on all clouds. Does not follow the time picker or the "
            "model."
        ),
        sql=spend.month_end_forecast(q),
        unit=theme.USD,
        decimals=2,
        no_value="No forecast yet: the month has no complete day.",
    )


def cost_change_stat(q: Dialect) -> Json:
    """Change against the period before."""
    return house.stat(
        q,
        title="Change vs previous period",
        description=(
            "Cost of the picked days that have bills, against as many days right "
            "before them. Growth of 10 % is orange, of 25 % red: look at the top "
            "customers and models below for who caused it."
        ),
        sql=spend.headline(q),
        shows=("cost_change",),
        unit=theme.SHARE,
        decimals=1,
        steps=theme.GROWTH,
        no_value="No earlier period to compare with.",
    )


def unattributed_share_stat(q: Dialect) -> Json:
    """Share of cost without a customer."""
    return house.stat(
        q,
        title="Unattributed share",
        description=(
            "Part of the cost in this range that no tag, label, profile, resource "
            "group or account points to a customer for. Above 5 % the customers' "
            "figures are too low to bill by: tag what the customers dashboard shows."
        ),
        sql=spend.unattributed(q),
        shows=("unattributed_share",),
        unit=theme.SHARE,
        decimals=1,
        steps=theme.UNEXPLAINED,
        links=links.to(
            q,
            links.CUSTOMERS,
            "See where it comes from",
            "cloud_provider",
            customer_id="unattributed",
        ),
    )


def data_age_stat(q: Dialect) -> Json:
    """Days that the bills lag behind."""
    return house.stat(
        q,
        title="Data behind by",
        description=(
            "Days from the newest usage of the slowest chosen cloud to the end of the "
            "time picker. One or two days are how long bills take; from three on a "
            "load is missing, and every figure of the last days is too low."
        ),
        sql=spend.data_age(q),
        unit=theme.DAYS,
        decimals=0,
        steps=theme.DATA_AGE,
        no_value="No bill was ever loaded.",
    )


def daily_cost_trend(q: Dialect) -> Json:
    """Daily cost, the clouds on top of each other."""
    return house.trend(
        q,
        title="Daily cost by cloud",
        description=(
            "Cost of each day in UTC, stacked by cloud. A step that stays is a new "
            "workload or a new price; a single tall bar is an incident or a yearly "
            "fee. The last one or two days still grow while bills arrive."
        ),
        sql=spend.daily_cost_by_cloud(q),
        draw="bars",
        is_stacked=True,
        calcs=("sum", "mean", "max"),
        unit=theme.USD,
        decimals=2,
        links=links.around_point(
            q, links.CUSTOMERS, "Who caused it", "cloud_provider", "customer_id"
        ),
        columns=theme.cloud_columns(spend.cloud_columns(q)),
    )


def cost_by_cloud_pie(q: Dialect) -> Json:
    """Share of each cloud."""
    return house.pie(
        q,
        title="Cost by cloud",
        description=(
            "How the cost of this range divides over the clouds: where a discount or a "
            "commitment is worth negotiating."
        ),
        sql=spend.cost_by_cloud(q),
        unit=theme.USD,
        decimals=2,
        color={"mode": "palette-classic-by-name"},
        columns=theme.cloud_columns(spend.cloud_columns(q)),
    )


def budget_use_gauge(q: Dialect) -> Json:
    """Budget used so far and by the month's end."""
    return house.gauge(
        q,
        title="Budget vs actual",
        description=(
            "Share of the monthly budget that is spent, and that will be spent by the "
            "month's end. Orange from 80 %, red from 100 %: a green 'spent' beside a "
            "red 'forecast' is the moment to act. The whole company, or the chosen "
            "customers; does not follow the time picker, the cloud or the model."
        ),
        sql=spend.budget_use(q),
        unit=theme.SHARE,
        decimals=0,
        steps=theme.BUDGET,
        no_value="No budget is set (seed customer_settings).",
        min=0,
        max=1.2,
        columns=[
            theme.column("spent_share", "Spent so far", unit=theme.SHARE, decimals=0),
            theme.column("forecast_share", "Forecast", unit=theme.SHARE, decimals=0),
        ],
    )


def _top_table(q: Dialect, column: str, **panel: Any) -> Json:
    return house.table(
        q,
        sql=spend.top_by_cost(q, column),
        columns=[
            panel.pop("name"),
            theme.cost_bar("cost_usd", "Cost"),
            theme.column(
                "cost_share", "Share", unit=theme.SHARE, decimals=1, custom_width=80
            ),
            theme.change("cost_change", "Change"),
        ],
        **panel,
    )


def top_customers_table(q: Dialect) -> Json:
    """Ten greatest customers."""
    link = links.customer(q, "cloud_provider", "model")
    return _top_table(
        q,
        "customer_id",
        title="Top 10 customers",
        description=(
            "Who causes the cost of this range, with the change against as many days "
            "before. 'unattributed' is what nobody could be found for. Click a "
            "customer for weeks, models and budget."
        ),
        name=theme.column("customer_id", "Customer", links=link),
    )


def top_models_table(q: Dialect) -> Json:
    """Ten greatest models."""
    link = links.model(q, "cloud_provider")
    return _top_table(
        q,
        "model",
        title="Top 10 models",
        description=(
            "What the cost of this range was spent on. 'not_applicable' is cost of no "
            "model: taxes, guardrails, hours of machines. Click a model for its price "
            "per token."
        ),
        name=theme.column("model", "Model", links=link),
    )


def greatest_by_day_trend(q: Dialect, *, of: str, description: str, sql: str) -> Json:
    """Bars of each day, a colour for each of the greatest models, or of what else."""
    return house.trend(
        q,
        title=f"Daily cost by {of}",
        description=description,
        sql=sql,
        draw="bars",
        is_stacked=True,
        calcs=("sum",),
        legend="right",
        unit=theme.USD,
        decimals=2,
        displayName="${__field.labels.series}",
    )
