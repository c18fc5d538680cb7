"""Anomaly Detection & Alerts: what was not normal, and what caused it?"""

from __future__ import annotations

from dashboards import links
from dashboards.choices import CLOUD, CUSTOMER, WATCHED_SERIES
from dashboards.layout import Dashboard, Row, Slot
from dashboards.panels import anomalies, spend

DASHBOARD = Dashboard(
    uid=links.ANOMALIES,
    title="Anomaly Detection & Alerts",
    description="Days and customers far from what was expected, and their causes.",
    variables=(CLOUD, CUSTOMER, WATCHED_SERIES),
    rows=(
        Row(
            height=4,
            slots=(
                Slot(1, 5, anomalies.critical_anomalies_stat),
                Slot(2, 5, anomalies.warning_anomalies_stat),
                Slot(3, 5, anomalies.unusual_customers_stat),
                Slot(4, 5, anomalies.unexpected_cost_stat),
                Slot(5, 4, spend.data_age_stat),
            ),
        ),
        Row(
            height=11,
            slots=(
                Slot(6, 16, anomalies.cost_with_band_trend),
                Slot(9, 8, anomalies.causes_table),
            ),
        ),
        Row(height=8, slots=(Slot(10, 24, anomalies.alert_list),)),
        Row(height=10, slots=(Slot(7, 24, anomalies.unusual_customers_table),)),
        Row(height=12, slots=(Slot(8, 24, anomalies.anomaly_table),)),
    ),
)
