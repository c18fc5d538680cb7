"""Model Performance: what does each model cost for what it does?"""

from __future__ import annotations

from dashboards import links
from dashboards.choices import CLOUD, MODEL
from dashboards.layout import Dashboard, Row, Slot
from dashboards.panels import efficiency, models, spend

DASHBOARD = Dashboard(
    uid=links.MODELS,
    title="Model Performance",
    description="Cost, tokens and price of each model, and what could be saved.",
    variables=(CLOUD, MODEL),
    rows=(
        Row(
            height=4,
            slots=(
                Slot(1, 3, models.usage_cost_stat),
                Slot(2, 3, models.tokens_stat),
                Slot(3, 3, models.average_price_stat),
                Slot(12, 3, efficiency.cache_hit_stat),
                Slot(13, 3, efficiency.batch_share_stat),
                Slot(4, 3, models.models_used_stat),
                Slot(5, 3, models.unnamed_share_stat),
                Slot(6, 3, spend.data_age_stat),
            ),
        ),
        Row(height=11, slots=(Slot(7, 24, models.model_costs_table),)),
        Row(
            height=11,
            slots=(
                Slot(8, 14, models.model_cost_trend),
                Slot(9, 10, models.token_type_cost_bars),
            ),
        ),
        Row(height=10, slots=(Slot(14, 24, efficiency.token_prices_table),)),
        Row(
            height=11,
            slots=(
                Slot(10, 12, models.price_bar_gauge),
                Slot(11, 12, models.token_price_trend),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(15, 10, efficiency.cache_hit_trend),
                Slot(16, 14, efficiency.efficiency_table),
            ),
        ),
        Row(height=11, slots=(Slot(17, 24, efficiency.switch_table),)),
    ),
)
