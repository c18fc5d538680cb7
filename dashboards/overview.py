"""Multi-Cloud Cost Overview: what do we spend, where, and is it all right?"""

from __future__ import annotations

from dashboards import links
from dashboards.choices import CLOUD, CUSTOMER, MODEL
from dashboards.layout import Dashboard, Row, Slot
from dashboards.panels import anomalies, executive, spend

DASHBOARD = Dashboard(
    uid=links.OVERVIEW,
    title="Multi-Cloud Cost Overview",
    description="What AI costs on all clouds, who and what causes it, and the budget.",
    variables=(CLOUD, CUSTOMER, MODEL),
    marks_anomalies=True,
    rows=(
        Row(
            height=4,
            slots=(
                Slot(1, 4, spend.cost_this_month_stat),
                Slot(2, 4, spend.month_end_forecast_stat),
                Slot(3, 4, spend.cost_change_stat),
                Slot(4, 4, spend.unattributed_share_stat, is_internal=True),
                Slot(5, 4, anomalies.anomalous_days_stat),
                Slot(6, 4, spend.data_age_stat),
            ),
        ),
        Row(
            height=4,
            slots=(
                Slot(12, 6, executive.against_last_month_stat),
                Slot(13, 18, executive.newest_day_stat),
            ),
        ),
        Row(
            height=10,
            slots=(
                Slot(7, 14, spend.daily_cost_trend),
                Slot(8, 5, spend.cost_by_cloud_pie),
                Slot(9, 5, spend.budget_use_gauge),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(14, 12, executive.movers_up_table),
                Slot(15, 12, executive.movers_down_table),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(10, 12, spend.top_customers_table, is_internal=True),
                Slot(11, 12, spend.top_models_table),
            ),
        ),
    ),
)
