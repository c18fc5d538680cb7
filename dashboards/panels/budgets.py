"""Panels about budgets, forecasts and margins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, links, theme
from dashboards.queries import budgets

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]

NO_BUDGET = "No budget is set (seed customer_settings)."
NO_SCOPED_BUDGET = "No budget of a cloud or a team is set (seed budgets)."
THIS_MONTH = "Of the month of the last whole day; does not follow the time picker."


def customers_over_stat(q: Dialect) -> Json:
    """Customers over their budget."""
    return house.stat(
        q,
        title="Over budget",
        description=(
            "Customers that have spent more than their budget already. Talk to them "
            f"today. {THIS_MONTH}"
        ),
        sql=budgets.customers_in_danger(q),
        shows=("customers_over",),
        unit=theme.COUNT,
        decimals=0,
        steps=theme.ANY_IS_BAD,
        no_value=NO_BUDGET,
    )


def customers_at_risk_stat(q: Dialect) -> Json:
    """Customers heading over their budget."""
    return house.stat(
        q,
        title="At risk",
        description=(
            "Customers within their budget whose forecast passes it. There is still "
            f"time to act: the table says until when. {THIS_MONTH}"
        ),
        sql=budgets.customers_in_danger(q),
        shows=("customers_at_risk",),
        unit=theme.COUNT,
        decimals=0,
        steps=theme.ANY_IS_A_WARNING,
        no_value=NO_BUDGET,
    )


def forecast_range_stat(q: Dialect) -> Json:
    """Forecast and its range."""
    return house.stat(
        q,
        title="Forecast of the month and its range",
        description=(
            "Where the month should end, and the range in which about four months of "
            "five do. Plan with the upper end. The range of several customers together "
            f"is not told, since ranges do not add up. {THIS_MONTH}"
        ),
        sql=budgets.forecast_with_range(q),
        unit=theme.USD,
        decimals=2,
        no_value="No forecast yet: no day is whole.",
        columns=[
            theme.money("low_usd", "Low", color=theme.QUIET),
            theme.money("forecast_usd", "Forecast", color=theme.EXPECTED),
            theme.money("high_usd", "High", color=theme.QUIET),
        ],
    )


def month_course_trend(q: Dialect) -> Json:
    """Spent, forecast and budget over the month."""
    dashed = {"fill": "dash", "dash": [8, 6]}
    return house.trend(
        q,
        title="Course of the month",
        description=(
            "Cost added up over this month, the forecast of the days to come with its "
            "range, and the budget: the whole company's, or the chosen customers'. "
            "Where the forecast crosses the red line is the day on which the budget is "
            "spent. Choose a time range that reaches to the month's end."
        ),
        sql=budgets.month_course(q),
        unit=theme.USD,
        decimals=2,
        no_value="No day of this month is whole yet.",
        columns=[
            theme.money(
                "spent_usd",
                "Spent",
                color=theme.ACTUAL,
                custom_lineWidth=3,
                custom_fillOpacity=20,
            ),
            theme.money(
                "forecast_usd",
                "Forecast",
                color=theme.EXPECTED,
                custom_lineStyle=dashed,
            ),
            theme.money(
                "high_usd",
                "Range: high",
                color=theme.QUIET,
                custom_lineWidth=0,
                custom_fillOpacity=15,
                custom_fillBelowTo="low_usd",
            ),
            theme.money("low_usd", "Range: low", color=theme.QUIET, custom_lineWidth=0),
            theme.money(
                "budget_usd", "Budget", color=theme.BAD, custom_lineStyle=dashed
            ),
        ],
    )


def budgets_table(q: Dialect) -> Json:
    """Budget of each customer."""
    return house.table(
        q,
        title="Budgets of the customers",
        description=(
            "Every customer's budget against what it has cost and where it is heading, "
            "those over it first. Where the range's low end is above the budget it "
            f"will be passed almost certainly. {THIS_MONTH}"
        ),
        sql=budgets.budgets_of_customers(q),
        no_value=NO_BUDGET,
        columns=[
            theme.column("customer_id", "Customer", links=links.customer(q)),
            theme.column("customer_name", "Name"),
            *_budget_columns(),
        ],
    )


def _budget_columns() -> list[Json]:
    return [
        theme.status("status", "Status", theme.BUDGET_STATES),
        theme.money("budget_usd", "Budget"),
        theme.money("cost_usd", "Spent"),
        theme.share_bar("budget_used", "Used", theme.BUDGET),
        theme.money("forecast_usd", "Forecast"),
        theme.money("low_usd", "Low"),
        theme.money("high_usd", "High"),
        theme.share_bar("forecast_used", "Forecast of budget", theme.BUDGET),
        theme.column("overrun_day", "Spent on", unit=theme.DAY, custom_width=110),
    ]


def clouds_and_teams_table(q: Dialect) -> Json:
    """Budget of each cloud and of each team."""
    return house.table(
        q,
        title="Budgets of clouds and teams",
        description=(
            "What clouds and teams with a budget have cost, of all customers together, "
            "and where they are heading, those over it first. They are parts of the "
            "same cost: a cloud's budget, a team's and a customer's do not add up. "
            "With some clouds chosen, teams are left out. "
            f"{THIS_MONTH}"
        ),
        sql=budgets.budgets_of_clouds_and_teams(q),
        no_value=NO_SCOPED_BUDGET,
        columns=[
            theme.column("budget_kind", "Of"),
            theme.column("budget_name", "Name"),
            *_budget_columns(),
        ],
    )


def months_table(q: Dialect) -> Json:
    """Budget and cost of each month."""
    return house.table(
        q,
        title="Budget by month",
        description=(
            "Budget against cost of each month: past months as billed, the current one "
            "with its forecast. A share that stays far below 100 % is a budget that "
            "warns of nothing. Does not follow the time picker."
        ),
        sql=budgets.budgets_of_months(q),
        no_value=NO_BUDGET,
        columns=[
            theme.column("month_start", "Month", unit=theme.MONTH, custom_width=110),
            theme.money("budget_usd", "Budget"),
            theme.money("cost_usd", "Spent"),
            theme.money("forecast_usd", "At the month's end"),
            theme.share_bar("forecast_used", "Of the budget", theme.BUDGET),
        ],
    )


def clouds_table(q: Dialect) -> Json:
    """Forecast of each cloud."""
    return house.table(
        q,
        title="Forecast by cloud",
        description=(
            "What each cloud's bill should be at the end of this month and the next, "
            "with the range. The basis of a commitment or a credit line. 'recent mean' "
            "means less than two weeks of history: do not sign anything by it."
        ),
        sql=budgets.forecast_of_clouds(q),
        no_value="No forecast yet: no day is whole.",
        columns=[
            theme.column("month_start", "Month", unit=theme.MONTH, custom_width=110),
            theme.cloud(),
            theme.money("forecast_usd", "Forecast"),
            theme.money("low_usd", "Low"),
            theme.money("high_usd", "High"),
            theme.column("forecast_method", "By"),
        ],
    )


def margins_table(q: Dialect) -> Json:
    """What is left of each customer's revenue."""
    return house.table(
        q,
        title="Margins",
        description=(
            "What a customer pays for a month less what its AI should cost by the "
            "month's end, the smallest first. Below zero the customer costs more than "
            "it pays. Only customers with monthly_revenue_usd in the seed "
            f"customer_settings. {THIS_MONTH}"
        ),
        sql=budgets.margins(q),
        no_value="No revenue is set (seed customer_settings).",
        columns=[
            theme.column("customer_id", "Customer", links=links.customer(q)),
            theme.money("revenue_usd", "Revenue"),
            theme.money("cost_usd", "Spent"),
            theme.money("forecast_usd", "At the month's end"),
            theme.coloured(theme.money("margin_usd", "Margin"), theme.ANY_SAVING),
            theme.share(
                "margin_share",
                "Margin in %",
                color={"mode": "thresholds"},
                thresholds=theme.thresholds(theme.MARGIN),
                custom_cellOptions={"type": "color-background", "mode": "basic"},
            ),
        ],
    )
