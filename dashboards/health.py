"""Data Health: can the figures be trusted, and are they asked for?"""

from __future__ import annotations

from dashboards import links
from dashboards.choices import CLOUD
from dashboards.layout import Dashboard, Row, Slot
from dashboards.panels import chat, health, spend

DASHBOARD = Dashboard(
    uid=links.HEALTH,
    title="Data Health",
    description=(
        "How fresh and how whole the bills are, what is not known of them, and how "
        "the chat about them is used."
    ),
    variables=(CLOUD,),
    is_internal=True,
    rows=(
        Row(
            height=4,
            slots=(
                Slot(1, 4, spend.data_age_stat),
                Slot(2, 5, health.accounts_behind_stat),
                Slot(3, 5, health.loads_that_differ_stat),
                Slot(4, 5, health.unknown_share_stat),
                Slot(5, 5, health.attributed_share_stat),
            ),
        ),
        Row(height=9, slots=(Slot(6, 24, health.freshness_table),)),
        Row(height=12, slots=(Slot(7, 24, health.loads_table),)),
        Row(
            height=11,
            slots=(
                Slot(8, 12, health.unknown_skus_table),
                Slot(9, 12, health.exclusions_table),
            ),
        ),
        Row(height=11, slots=(Slot(10, 24, health.coverage_table),)),
        Row(height=4, slots=(Slot(11, 24, chat.totals_stat),)),
        Row(
            height=9,
            slots=(
                Slot(12, 12, chat.outcomes_trend),
                Slot(13, 12, chat.answer_times_trend),
            ),
        ),
        Row(
            height=9,
            slots=(
                Slot(14, 12, chat.askers_table),
                Slot(15, 12, chat.language_models_table),
            ),
        ),
    ),
)
