"""All dashboards, in the order people should meet them."""

from __future__ import annotations

from dashboards import anomalies, customers, models, overview

DASHBOARDS = (
    overview.DASHBOARD,
    models.DASHBOARD,
    customers.DASHBOARD,
    anomalies.DASHBOARD,
)
