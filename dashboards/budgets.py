"""Budgets & Forecast: where does the month end, and who leaves their budget?"""

from __future__ import annotations

from dashboards import links
from dashboards.choices import CLOUD, CUSTOMER
from dashboards.layout import Dashboard, Row, Slot
from dashboards.panels import budgets, spend

DASHBOARD = Dashboard(
    uid=links.BUDGETS,
    title="Budgets & Forecast",
    description="Where this month and the next end, and who leaves their budget.",
    variables=(CLOUD, CUSTOMER),
    # The days to come are part of it.
    time=("now/M", "now/M"),
    is_of_all_clouds=True,
    rows=(
        Row(
            height=5,
            slots=(
                Slot(1, 5, budgets.customers_over_stat, is_internal=True),
                Slot(2, 5, budgets.customers_at_risk_stat, is_internal=True),
                Slot(3, 14, budgets.forecast_range_stat),
            ),
        ),
        Row(
            height=12,
            slots=(
                Slot(4, 17, budgets.month_course_trend),
                Slot(5, 7, spend.budget_use_gauge),
            ),
        ),
        Row(height=13, slots=(Slot(6, 24, budgets.budgets_table),)),
        Row(
            height=10,
            slots=(Slot(9, 24, budgets.clouds_and_teams_table, is_internal=True),),
        ),
        Row(
            height=9,
            slots=(
                Slot(7, 12, budgets.months_table),
                Slot(8, 12, budgets.clouds_table, is_internal=True),
            ),
        ),
    ),
)
