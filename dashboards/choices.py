"""Variables at the top of the dashboards."""

from __future__ import annotations

from dashboards.layout import Variable
from dashboards.queries import variables

CLOUD = Variable(
    name="cloud_provider",
    label="Cloud",
    description="Clouds to look at.",
    query=variables.cloud_providers,
)
CUSTOMER = Variable(
    name="customer_id",
    label="Customer",
    description="Customers to look at; 'unattributed' is cost without one.",
    query=variables.customers,
)
MODEL = Variable(
    name="model",
    label="Model",
    description="Models of the chosen clouds to look at.",
    query=variables.models,
)
WATCHED_SERIES = Variable(
    name="scope_key",
    label="Watched series",
    description="Series that the chart with the band shows: all, a cloud, a model...",
    query=variables.watched_series,
    default="all",
)
