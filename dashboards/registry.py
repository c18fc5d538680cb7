"""All dashboards, in the order people should meet them."""

from __future__ import annotations

from dashboards import anomalies, budgets, customer, customers, health, models, overview

DASHBOARDS = (
    overview.DASHBOARD,
    models.DASHBOARD,
    customers.DASHBOARD,
    customer.DASHBOARD,
    anomalies.DASHBOARD,
    budgets.DASHBOARD,
    health.DASHBOARD,
)
