"""Panels about one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, links, theme
from dashboards.panels.anomalies import band_columns
from dashboards.panels.spend import greatest_by_day_trend
from dashboards.queries import customer

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]

CATEGORIES = {
    "usage_usd": ("Usage", theme.ACTUAL),
    "purchase_usd": ("Purchases", theme.EXPECTED),
    "tax_usd": ("Taxes", theme.QUIET),
    "credit_usd": ("Credits", theme.GOOD),
    "adjustment_usd": ("Corrections", theme.WARN),
}
LIMIT_SET = (
    " the usage of a day above which an alert tells (two thirtieths of the budget "
    "where no limit is set),"
)
LIMIT = " Of a day above the red line an alert tells."


def settings_table(q: Dialect) -> Json:
    """What the settings say of the customer."""
    return house.table(
        q,
        title="Who it is",
        description=(
            "Name, budget and contact of the customer (seed customer_settings),"
            f"{'' if q.part else LIMIT_SET} and its home: in Phase 1 it is read from "
            "the warehouse of all clouds, in Phase 2 from one warehouse per cloud. "
            "Look at the page of its home."
        ),
        sql=customer.settings(q),
        no_value="The settings do not name this customer.",
        columns=[
            theme.column("customer_name", "Name"),
            theme.money("budget_usd", "Monthly budget"),
            *([] if q.part else [theme.money("limit_usd", "Daily limit")]),
            theme.column("alert_email", "Contact"),
            theme.column("time_zone", "Time zone"),
            theme.status("warehouse_home", "Home", theme.HOMES),
        ],
    )


def _limit_line() -> Json:
    return theme.money(
        "limit_usd",
        "Daily limit",
        color=theme.BAD,
        custom_lineWidth=1,
        custom_lineStyle={"fill": "dash", "dash": [8, 6]},
    )


def unusual_days_stat(q: Dialect) -> Json:
    """Count of the customer's unusual days."""
    return house.stat(
        q,
        title="Unusual days",
        description=(
            "Days of this range that were far from what the customer usually costs. "
            "The table below says what caused them."
        ),
        sql=customer.unusual_days(q),
        unit=theme.COUNT,
        decimals=0,
        steps=theme.ANY_IS_A_WARNING,
        no_value="No anomaly was looked for in this range.",
        links=links.to(
            q, links.ANOMALIES, "See the anomalies", "customer_id", "cloud_provider"
        ),
    )


def model_cost_trend(q: Dialect) -> Json:
    """Daily cost of the customer's models."""
    return greatest_by_day_trend(
        q,
        of="model",
        description=(
            "What the customer cost on each day, the eight greatest models of this "
            "range by name. A step that stays is a new feature or a new model; ask "
            "what was released on that day."
        ),
        sql=customer.daily_cost_by_model(q),
    )


def usual_cost_trend(q: Dialect) -> Json:
    """The customer's usage within what is usual."""
    return house.trend(
        q,
        title="Daily usage and its usual band",
        description=(
            "Usage of each day, what was expected of it, and the band of two standard "
            "deviations around the mean of the 7 days before. A red point is a day "
            f"that was flagged.{'' if q.part else LIMIT} Of all clouds and models."
        ),
        sql=customer.daily_cost_with_band(q),
        unit=theme.USD,
        decimals=2,
        no_value="No usage of this customer in this range.",
        columns=[*band_columns(), *([] if q.part else [_limit_line()])],
    )


def charge_categories_pie(q: Dialect) -> Json:
    """What the customer's cost is made of."""
    return house.pie(
        q,
        title="Usage, taxes and the rest",
        description=(
            "What the cost of this range is made of. Credits and corrections are "
            "negative and shrink it; a pie shows amounts above zero only."
        ),
        sql=customer.charge_categories(q),
        unit=theme.USD,
        decimals=2,
        color={"mode": "palette-classic-by-name"},
        columns=[
            theme.money(name, title, color=color)
            for name, (title, color) in CATEGORIES.items()
        ],
    )


def origins_table(q: Dialect) -> Json:
    """Where the customer's cost comes from."""
    return house.table(
        q,
        title="Where the cost comes from",
        description=(
            "The fifty dearest combinations of account, project, team and environment, "
            "with the evidence that gave them to this customer. Much cost by a weak "
            "evidence (account, resource group) is worth a tag before it is billed."
        ),
        sql=customer.origins(q),
        columns=[
            theme.cloud(),
            theme.column("service", "Service"),
            theme.column("sub_account_id", "Account"),
            theme.column("project", "Project or group"),
            theme.column("team", "Team"),
            theme.column("environment", "Environment"),
            theme.column("customer_attribution", "Evidence"),
            theme.cost_bar("cost_usd", "Cost"),
        ],
    )
