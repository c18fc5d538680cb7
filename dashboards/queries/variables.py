"""What the variables at the top of a dashboard offer."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods

if TYPE_CHECKING:
    from dashboards.dialects import Dialect


def _options(q: Dialect, mart: str, column: str, *conditions: str) -> str:
    where = q.where(*conditions)
    # One column, twice: plugins disagree on which of two is the value.
    return f"""SELECT DISTINCT {q.options(column)}
FROM {q.mart(mart)}{f"{chr(10)}{where}" if where else ""}
ORDER BY {q.name(q.option_columns[0])}"""


def cloud_providers(q: Dialect) -> str:
    """Clouds that have cost."""
    return _options(q, "customer_costs", "cloud_provider", q.own_clouds())


def customers(q: Dialect) -> str:
    """Customers that have cost, with 'unattributed'."""
    return _options(q, "customer_costs", "customer_id", q.own_clouds())


def customers_at_home(q: Dialect) -> str:
    """Customers whose warehouse home is read here: Phase 1, or a part of Phase 2."""
    home = "phase_2" if q.part else "phase_1"
    return _options(q, "dim_customers", "customer_id", f"warehouse_home = '{home}'")


def known_customers(q: Dialect) -> str:
    """Customers that the settings or the bills name."""
    return _options(q, "dim_customers", "customer_id")


def models(q: Dialect) -> str:
    """Models of the chosen clouds, with what is no model ('not_applicable')."""
    return _options(q, "daily_costs", "model", q.chosen("cloud_provider"), _lately(q))


def watched_series(q: Dialect) -> str:
    """Cost series that are watched for anomalies: all, a cloud, a service, a model."""
    return _options(q, "cost_anomalies", "scope_key", q.own_clouds(), _lately(q))


def _lately(q: Dialect) -> str:
    """Keep what is new, where the days before it would be charged for at every load."""
    return periods.recent(q, q.name("date")) if q.charges_for_days else ""
