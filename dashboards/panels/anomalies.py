"""Panels about what was not normal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, links, theme, visuals
from dashboards.queries import anomalies

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]

ALL_NORMAL = "Nothing unusual in this range."


def _day(q: Dialect) -> Json:
    return theme.column(
        "usage_day",
        "Day",
        unit=theme.DAY,
        custom_width=110,
        links=links.day(
            q, links.OVERVIEW, "What this day cost", "cloud_provider", "customer_id"
        ),
    )


def anomalous_days_stat(q: Dialect) -> Json:
    """Days with any anomaly."""
    return house.stat(
        q,
        title="Days with an anomaly",
        description=(
            "Days in this range on which the total, a cloud, a service or a model cost "
            "much more or less than expected. Zero is normal. Click for what happened."
        ),
        sql=anomalies.anomalous_days(q),
        unit=theme.COUNT,
        decimals=0,
        steps=theme.ANY_IS_A_WARNING,
        no_value="No anomaly was looked for in this range.",
        links=links.to(q, links.ANOMALIES, "See the anomalies", "cloud_provider"),
    )


def alert_list(_q: Dialect) -> Json:
    """Alerts of our rules that are firing, from Grafana itself."""
    return {
        "type": "alertlist",
        "title": "Alerts now",
        "description": (
            "Alerts of the rules on costs, budgets and bad data that are firing or "
            "about to, the worst first; each has a link to what is to be done. Empty "
            "is good, as long as the rules are installed: an error here is a warehouse "
            "that does not answer."
        ),
        # It asks Grafana, no warehouse.
        "targets": [],
        "options": visuals.ALERT_LIST,
        "fieldConfig": {"defaults": {}, "overrides": []},
    }


def critical_anomalies_stat(q: Dialect) -> Json:
    """Count of critical anomalies."""
    return house.stat(
        q,
        title="Critical anomalies",
        description=(
            "Flagged days of services of severity critical. Only services are counted: "
            "a model, the cloud and the total would count the same event again. Look "
            "today."
        ),
        sql=anomalies.unusual_services(q),
        shows=("critical_days",),
        unit=theme.COUNT,
        decimals=0,
        steps=theme.ANY_IS_BAD,
        no_value="No anomaly was looked for in this range.",
    )


def warning_anomalies_stat(q: Dialect) -> Json:
    """Count of warnings."""
    return house.stat(
        q,
        title="Warnings",
        description=(
            "Flagged days of services of severity warning. Look when they come back on "
            "the next day."
        ),
        sql=anomalies.unusual_services(q),
        shows=("warning_days",),
        unit=theme.COUNT,
        decimals=0,
        steps=theme.ANY_IS_A_WARNING,
        no_value="No anomaly was looked for in this range.",
    )


def unusual_customers_stat(q: Dialect) -> Json:
    """Count of unusual customers."""
    return house.stat(
        q,
        title="Unusual customers",
        description=(
            "Customers with at least one day in this range that was far from what they "
            "usually cost. The table below names them."
        ),
        sql=anomalies.unusual_customer_count(q),
        unit=theme.COUNT,
        decimals=0,
        steps=theme.ANY_IS_A_WARNING,
        no_value="No anomaly was looked for in this range.",
    )


def unexpected_cost_stat(q: Dialect) -> Json:
    """Money above what was expected."""
    return house.stat(
        q,
        title="Unexpected cost",
        description=(
            "Cost above the expected on the flagged days of the services: what the "
            "anomalies of this range cost. Tells whether looking is worth the time."
        ),
        sql=anomalies.unusual_services(q),
        shows=("unexpected_usd",),
        unit=theme.USD,
        decimals=2,
        no_value="No anomaly was looked for in this range.",
    )


def band_columns() -> list[Json]:
    """Show cost, its band, what was expected, and the flagged days."""
    dashed = {"fill": "dash", "dash": [8, 6]}
    return [
        theme.money("cost_usd", "Cost", color=theme.ACTUAL, custom_lineWidth=2),
        theme.money(
            "mean_usd",
            "Mean of the 7 days before",
            color=theme.QUIET,
            custom_lineWidth=1,
            custom_lineStyle=dashed,
        ),
        theme.money(
            "upper_usd",
            "Upper band (+2 sd)",
            color=theme.QUIET,
            custom_lineWidth=0,
            custom_fillOpacity=15,
            custom_fillBelowTo="lower_usd",
        ),
        theme.money(
            "lower_usd", "Lower band (-2 sd)", color=theme.QUIET, custom_lineWidth=0
        ),
        theme.money(
            "expected_usd",
            "Expected",
            color=theme.EXPECTED,
            custom_lineWidth=1,
            custom_lineStyle=dashed,
        ),
        theme.money(
            "flagged_usd",
            "Flagged",
            color=theme.BAD,
            custom_drawStyle="points",
            custom_showPoints="always",
            custom_pointSize=10,
        ),
    ]


def cost_with_band_trend(q: Dialect) -> Json:
    """Daily cost within what is usual."""
    return house.trend(
        q,
        title="Daily cost and its usual band: ${scope_key:text}",
        description=(
            "Cost of the watched series, the mean of the 7 days before it and a band "
            "of two standard deviations. Outside the band and far from the expected "
            "cost (which knows weekdays) a day is flagged by a red point. The first "
            "week of a series has no band. Choose the series above."
        ),
        sql=anomalies.daily_cost_with_band(q),
        legend="bottom",
        unit=theme.USD,
        decimals=2,
        no_value="This series has no cost in this range.",
        columns=band_columns(),
    )


def unusual_customers_table(q: Dialect) -> Json:
    """Customers that cost more or less than usual."""
    return house.table(
        q,
        title="Unusual customers by day",
        description=(
            "Customers on days that were far from what they usually cost, newest "
            "first; the change is against the cost expected of that day. Ask them "
            "before the invoice does. Click a customer for weeks and models."
        ),
        sql=anomalies.unusual_customers(q),
        no_value=ALL_NORMAL,
        columns=[
            _day(q),
            theme.hidden("day_end"),
            theme.column(
                "customer_id",
                "Customer",
                links=links.customer(q, "cloud_provider"),
            ),
            theme.money("cost_usd", "Cost"),
            theme.money("expected_usd", "Expected"),
            theme.change("cost_change", "Change"),
            theme.status("alert_level", "Alert level", theme.SEVERITIES),
            theme.column("top_contributor", "Mostly by"),
        ],
    )


def anomaly_table(q: Dialect) -> Json:
    """All anomalies with their cause."""
    return house.table(
        q,
        title="Anomalies and what caused them",
        description=(
            "Every flagged day of every series, newest first: how far it was from the "
            "expected cost, and which part of it changed most. Start with the "
            "narrowest series of a day (a model or a service); the total only repeats "
            "it."
        ),
        sql=anomalies.anomaly_list(q),
        no_value=ALL_NORMAL,
        columns=[
            _day(q),
            theme.hidden("day_end"),
            theme.column("scope_type", "Kind", custom_width=90),
            theme.column(
                "scope_key",
                "Series",
                links=links.drill_down(
                    q,
                    links.ANOMALIES,
                    "Watch this series",
                    "scope_key",
                    "cloud_provider",
                    "customer_id",
                ),
            ),
            theme.money("cost_usd", "Cost"),
            theme.money("expected_usd", "Expected"),
            theme.money("difference_usd", "Difference"),
            theme.change("cost_change", "Change"),
            theme.status("status", "Status", theme.ANOMALIES),
            theme.status("severity", "Severity", theme.SEVERITIES),
            theme.column("top_contributor_type", "Mostly by", custom_width=100),
            theme.column("top_contributor", "Top contributor"),
            theme.money("top_contributor_usd", "Its change"),
        ],
    )


def causes_table(q: Dialect) -> Json:
    """What caused the anomalies of the range."""
    return house.table(
        q,
        title="Causes of this range",
        description=(
            "What changed most on the flagged days of the services, added up over this "
            "range: the same cause on several days is one problem. Start at the top."
        ),
        sql=anomalies.causes(q),
        no_value=ALL_NORMAL,
        columns=[
            theme.column("top_contributor_type", "Kind", custom_width=100),
            theme.column("top_contributor", "Cause"),
            theme.column("days", "Days", unit=theme.COUNT, decimals=0),
            theme.coloured(theme.money("change_usd", "Its change"), theme.GROWTH_USD),
        ],
    )
