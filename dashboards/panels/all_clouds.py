"""Panels that add up several warehouses, each of which answers for its own clouds.

What one of them cannot answer is missing from the sum, and Grafana marks the panel with
the error. The table of the clouds shows which one it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, theme
from dashboards.queries import all_clouds, spend
from dashboards.transformations import MERGE, divide, first, greatest_first, sum_by

if TYPE_CHECKING:
    from dashboards.mixed import Mixed

Json = dict[str, Any]

NO_EARLIER = "No earlier period"
ALL_WAREHOUSES = "All warehouses added up."


def month_stat(m: Mixed) -> Json:
    """Cost of the month on all clouds."""
    return house.stat(
        m,
        title="Total this month",
        description=(
            "What all clouds have billed for AI in the month in which the time range "
            f"ends. {ALL_WAREHOUSES} Follows the customer."
        ),
        sql=all_clouds.month_so_far,
        transformations=[MERGE],
        calc="sum",
        unit=theme.USD,
        decimals=2,
    )


def forecast_stat(m: Mixed) -> Json:
    """Cost of all clouds at the month's end."""
    return house.stat(
        m,
        title="Forecast for the month",
        description=(
            "Where the month ends in which the time range ends. "
            f"{ALL_WAREHOUSES} Of all customers together: a customer's own forecast is "
            "on its page."
        ),
        sql=all_clouds.month_end,
        transformations=[MERGE],
        calc="sum",
        unit=theme.USD,
        decimals=2,
        no_value="No forecast yet: no day is whole.",
    )


def change_stat(m: Mixed) -> Json:
    """Change against the period before, in dollars."""
    return house.stat(
        m,
        title="Change vs previous period",
        description=(
            "Cost of the picked days that have bills, less that of as many days right "
            f"before them. {ALL_WAREHOUSES} Look below for the customer or model that "
            "caused it."
        ),
        sql=all_clouds.change,
        transformations=[
            MERGE,
            {
                "id": "organize",
                "options": {
                    "excludeByName": {"cost_usd": True},
                    "includeByName": {},
                    "indexByName": {},
                    "renameByName": {},
                },
            },
        ],
        calc="sum",
        unit=theme.USD,
        decimals=2,
        steps=theme.GROWTH_USD,
        # Grafana's sum of nothing is zero, and no change is ever zero to the cent.
        mappings=theme.states({"0": (NO_EARLIER, theme.QUIET)}),
        no_value=NO_EARLIER,
    )


def unattributed_stat(m: Mixed) -> Json:
    """Cost without a customer on all clouds."""
    return house.stat(
        m,
        title="Unattributed cost",
        description=(
            "Cost of this range that no tag, label, profile, resource group or account "
            f"points to a customer for. {ALL_WAREHOUSES} Zero is the goal; each "
            "cloud's customer dashboard shows where it comes from."
        ),
        sql=all_clouds.unattributed,
        transformations=[MERGE],
        calc="sum",
        unit=theme.USD,
        decimals=2,
        no_value="All cost of this range has a customer.",
    )


def clouds_table(m: Mixed) -> Json:
    """State of each cloud."""
    return house.table(
        m,
        title="Clouds in these figures",
        description=(
            "Each cloud whose warehouse answered: how far its bills lag behind the end "
            "of the time range, when they were loaded, and how many of them differ "
            "from the marts. A cloud that is not in this list is missing from every "
            "sum here."
        ),
        sql=all_clouds.states_of_clouds,
        transformations=[MERGE],
        no_value="No warehouse answered.",
        columns=[
            theme.cloud(),
            theme.coloured(
                theme.column("days_behind", "Behind", unit=theme.DAYS, decimals=0),
                theme.DATA_AGE,
            ),
            theme.column("loaded_at", "Loaded", unit=theme.AGO),
            theme.coloured(
                theme.column(
                    "loads_that_differ", "Differ", unit=theme.COUNT, decimals=0
                ),
                theme.ANY_IS_BAD,
            ),
        ],
    )


def daily_trend(m: Mixed) -> Json:
    """Daily cost of all clouds."""
    names = [name for part in m.parts for name in spend.cloud_columns(part)]
    return house.trend(
        m,
        title="Daily cost by cloud",
        description=(
            "Cost of each day in UTC, stacked by cloud, each from its own warehouse. A "
            "step that stays is a new workload or a new price. The last one or two "
            "days still grow while bills arrive."
        ),
        sql=spend.daily_cost_by_cloud,
        draw="bars",
        is_stacked=True,
        calcs=("sum", "mean", "max"),
        unit=theme.USD,
        decimals=2,
        columns=theme.cloud_columns(names),
    )


def cloud_pie(m: Mixed) -> Json:
    """Share of each cloud."""
    names = [name for part in m.parts for name in spend.cloud_columns(part)]
    return house.pie(
        m,
        title="Cost by cloud",
        description=(
            "How the cost of this range divides over the clouds, each from its own "
            "warehouse: where a commitment is worth negotiating."
        ),
        sql=spend.cost_by_cloud,
        unit=theme.USD,
        decimals=2,
        color={"mode": "palette-classic-by-name"},
        columns=theme.cloud_columns(names),
    )


def _greatest(m: Mixed, column: str, name: Json, **panel: Any) -> Json:
    return house.table(
        m,
        sql=lambda q: all_clouds.cost_by(q, column),
        transformations=[
            MERGE,
            *sum_by(column, "cost_usd", "change_usd"),
            greatest_first("cost_usd"),
            first(20),
        ],
        columns=[
            name,
            theme.cost_bar("cost_usd", "Cost"),
            theme.coloured(theme.money("change_usd", "Change"), theme.GROWTH_USD),
        ],
        **panel,
    )


def customers_table(m: Mixed) -> Json:
    """Greatest customers over all clouds."""
    return _greatest(
        m,
        "customer_id",
        theme.column("customer_id", "Customer"),
        title="Top 20 customers",
        description=(
            "Who causes the cost of this range on all clouds, and the change in "
            f"dollars against as many days before. {ALL_WAREHOUSES} Each cloud's page "
            "of the customer tells why."
        ),
    )


def models_table(m: Mixed) -> Json:
    """Greatest models over all clouds."""
    return _greatest(
        m,
        "model",
        theme.column("model", "Model"),
        title="Top 20 models",
        description=(
            "What the cost of this range was spent on; a model that two clouds offer "
            f"is one row. {ALL_WAREHOUSES} 'not_applicable' is cost of no model."
        ),
    )


def budgets_table(m: Mixed) -> Json:
    """Budget of each customer over all clouds."""
    return house.table(
        m,
        title="Budgets over all clouds",
        description=(
            "The month's cost of each customer on all clouds against its budget, those "
            "who used most of it first. Only here: one cloud's cost says nothing of a "
            "budget for all. A customer without cost this month is not listed."
        ),
        sql=all_clouds.budgets,
        transformations=[
            MERGE,
            *sum_by("customer_id", "cost_usd", greatest=("budget_usd",)),
            divide("budget_used", "cost_usd", "budget_usd"),
            greatest_first("budget_used"),
        ],
        no_value="No customer with a budget has cost this month.",
        columns=[
            theme.column("customer_id", "Customer"),
            theme.money("cost_usd", "Spent"),
            theme.money("budget_usd", "Budget"),
            theme.share_bar("budget_used", "Used", theme.BUDGET),
        ],
    )


def anomalies_table(m: Mixed) -> Json:
    """Anomalies of all clouds."""
    return house.table(
        m,
        title="Anomalies of the services",
        description=(
            "Flagged days of the clouds' services in this range, newest first, with "
            "what changed most. Each cloud's anomaly dashboard has the band and the "
            "models."
        ),
        sql=all_clouds.anomalies,
        transformations=[MERGE, greatest_first("usage_day")],
        no_value="Nothing unusual in this range.",
        columns=[
            theme.column("usage_day", "Day", unit=theme.DAY, custom_width=110),
            theme.column("scope_key", "Service"),
            theme.money("cost_usd", "Cost"),
            theme.money("expected_usd", "Expected"),
            theme.status("status", "Status", theme.ANOMALIES),
            theme.status("severity", "Severity", theme.SEVERITIES),
            theme.column("top_contributor", "Mostly by"),
        ],
    )
