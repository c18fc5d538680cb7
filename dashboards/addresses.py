"""Where a dashboard is found, for whoever links to one without building any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboards import links
from dashboards.dialects import dialect_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


@dataclass(frozen=True, kw_only=True)
class Address:
    """A dashboard as it is linked to; a test holds it against the dashboard itself.

    Attributes:
        uid: Its identity in Grafana.
        title: What people call it.
        variables: What can be chosen at its top.
    """

    uid: str
    title: str
    variables: tuple[str, ...]

    def path(
        self,
        *,
        chosen: Mapping[str, Sequence[str]],
        first: date | None = None,
        last: date | None = None,
    ) -> str:
        """Give the path and query below Grafana's own address.

        Args:
            chosen: Values by variable; those of variables that it lacks are left out.
            first: First UTC day that is shown; without days the dashboard's own are.
            last: Last UTC day that is shown.
        """
        query = [
            (f"var-{name}", value)
            for name in self.variables
            for value in chosen.get(name, ())
        ]
        if first and last:
            query.append(("from", str(_milliseconds(first))))
            query.append(("to", str(_milliseconds(last + timedelta(days=1)) - 1)))
        path = f"/d/{self.uid}/{self.uid}"
        return f"{path}?{urlencode(query)}" if query else path

    def in_part(self, target: str, providers: Sequence[str]) -> Address:
        """Give the same dashboard over one of the warehouses of Phase 2.

        Args:
            target: Its dbt target.
            providers: Whose cost it answers for, as the marts write them.
        """
        part = dialect_for(target, part=target, clouds=tuple(providers))
        return Address(
            uid=part.address(self.uid),
            title=part.title(self.title),
            variables=self.variables,
        )


def _milliseconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp()) * 1_000


OVERVIEW = Address(
    uid=links.OVERVIEW,
    title="Multi-Cloud Cost Overview",
    variables=("cloud_provider", "customer_id", "model"),
)
MODELS = Address(
    uid=links.MODELS,
    title="Model Performance",
    variables=("cloud_provider", "model"),
)
CUSTOMERS = Address(
    uid=links.CUSTOMERS,
    title="Customer Attribution",
    variables=("cloud_provider", "customer_id", "model"),
)
ANOMALIES = Address(
    uid=links.ANOMALIES,
    title="Anomaly Detection & Alerts",
    variables=("cloud_provider", "customer_id"),
)
CUSTOMER = Address(
    uid=links.CUSTOMER,
    title="One Customer",
    variables=("customer_id", "cloud_provider", "model"),
)
BUDGETS = Address(
    uid=links.BUDGETS,
    title="Budgets & Forecast",
    variables=("cloud_provider", "customer_id"),
)
HEALTH = Address(
    uid=links.HEALTH,
    title="Data Health",
    variables=("cloud_provider",),
)
# Over several warehouses, which it adds up.
ALL_CLOUDS = Address(
    uid=links.ALL_CLOUDS,
    title="All Clouds: Cost Overview",
    variables=("customer_id",),
)
ADDRESSES = (OVERVIEW, MODELS, CUSTOMERS, CUSTOMER, ANOMALIES, BUDGETS, HEALTH)
