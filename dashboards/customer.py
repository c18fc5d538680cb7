"""One Customer: what does this customer cost, why, and will it stay in budget?"""

from __future__ import annotations

from dashboards import links
from dashboards.choices import CLOUD, MODEL, ONE_CUSTOMER
from dashboards.layout import Dashboard, Row, Slot
from dashboards.panels import (
    anomalies,
    customer,
    customers,
    efficiency,
    executive,
    features,
    spend,
)

DASHBOARD = Dashboard(
    uid=links.CUSTOMER,
    title="One Customer",
    description="All about one customer: cost, budget, causes, and what it could save.",
    variables=(ONE_CUSTOMER, CLOUD, MODEL),
    is_page=True,
    rows=(
        Row(
            height=4,
            slots=(
                Slot(1, 4, spend.cost_this_month_stat),
                Slot(2, 4, spend.month_end_forecast_stat),
                Slot(3, 4, spend.cost_change_stat),
                Slot(4, 4, executive.against_last_month_stat),
                Slot(5, 4, customer.unusual_days_stat),
                Slot(6, 4, spend.data_age_stat),
            ),
        ),
        Row(
            height=4,
            slots=(
                Slot(7, 10, executive.newest_day_stat),
                Slot(8, 14, customer.settings_table),
            ),
        ),
        Row(
            height=10,
            slots=(
                Slot(9, 14, customer.model_cost_trend),
                Slot(10, 5, spend.cost_by_cloud_pie),
                Slot(11, 5, spend.budget_use_gauge),
            ),
        ),
        Row(
            height=10,
            slots=(
                Slot(12, 17, customer.usual_cost_trend),
                Slot(13, 7, customer.charge_categories_pie),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(14, 12, customer.origins_table),
                Slot(15, 12, customers.customer_models_table),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(16, 12, anomalies.unusual_customers_table),
                Slot(17, 12, efficiency.customer_switch_table),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(18, 12, features.customer_features_table),
                Slot(19, 12, features.daily_feature_trend),
            ),
        ),
        Row(height=9, slots=(Slot(20, 24, efficiency.customer_efficiency_table),)),
    ),
)
