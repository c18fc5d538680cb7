"""Customer Attribution: who causes the cost, and can they be billed for it?"""

from __future__ import annotations

from dashboards import links
from dashboards.choices import CLOUD, CUSTOMER, MODEL
from dashboards.layout import Dashboard, Row, Slot
from dashboards.panels import budgets, customers, features, spend

DASHBOARD = Dashboard(
    uid=links.CUSTOMERS,
    title="Customer Attribution",
    description="Cost of each customer, its budget, and the cost that has no customer.",
    variables=(CLOUD, CUSTOMER, MODEL),
    # A customer has the page of one customer.
    is_internal=True,
    rows=(
        Row(
            height=4,
            slots=(
                Slot(1, 4, customers.active_customers_stat),
                Slot(2, 4, customers.cost_per_customer_stat),
                Slot(3, 4, customers.budgets_in_danger_stat),
                Slot(4, 4, customers.unattributed_cost_stat),
                Slot(5, 4, spend.unattributed_share_stat),
                Slot(6, 4, spend.data_age_stat),
            ),
        ),
        Row(height=13, slots=(Slot(7, 24, customers.weekly_cost_heatmap),)),
        Row(height=13, slots=(Slot(8, 24, customers.top_spenders_table),)),
        Row(
            height=10,
            slots=(
                Slot(9, 12, customers.customer_growth_trend),
                Slot(10, 12, customers.unattributed_trend),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(11, 12, customers.customer_models_table),
                Slot(12, 12, budgets.margins_table),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(13, 12, features.features_table),
                Slot(14, 12, features.daily_feature_trend),
            ),
        ),
    ),
)
