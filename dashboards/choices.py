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
    is_multi=False,
    # Where some clouds are kept out there is no series of the total.
    default=lambda q: q.clouds[0] if q.is_shared else "all",
)
ONE_CUSTOMER = Variable(
    name="customer_id",
    label="Customer",
    description="The customer that this page is about.",
    query=variables.customers_at_home,
    is_multi=False,
)
ANY_CUSTOMER = Variable(
    name="customer_id",
    label="Customer",
    description="Customers to look at, as the first warehouse knows them.",
    query=variables.known_customers,
)
