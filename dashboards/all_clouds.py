"""All Clouds: what do the warehouses of Phase 2 say together?"""

from __future__ import annotations

from dashboards import links
from dashboards.choices import ANY_CUSTOMER
from dashboards.layout import Dashboard, Row, Slot
from dashboards.panels import all_clouds

DASHBOARD = Dashboard(
    uid=links.ALL_CLOUDS,
    title="All Clouds: Cost Overview",
    description="What AI costs on all clouds, each from its own warehouse, added up.",
    variables=(ANY_CUSTOMER,),
    marks_anomalies=True,
    rows=(
        Row(
            height=4,
            slots=(
                Slot(1, 6, all_clouds.month_stat),
                Slot(2, 6, all_clouds.forecast_stat, is_internal=True),
                Slot(3, 6, all_clouds.change_stat),
                Slot(4, 6, all_clouds.unattributed_stat, is_internal=True),
            ),
        ),
        Row(
            height=10,
            slots=(
                Slot(5, 12, all_clouds.daily_trend),
                Slot(6, 5, all_clouds.cloud_pie),
                Slot(7, 7, all_clouds.clouds_table),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(8, 12, all_clouds.customers_table, is_internal=True),
                Slot(9, 12, all_clouds.models_table),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(10, 10, all_clouds.budgets_table),
                Slot(11, 14, all_clouds.anomalies_table),
            ),
        ),
    ),
)
