"""Where a dashboard is found, for whoever links to one without building any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboards import links

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
        self, *, first: date, last: date, chosen: Mapping[str, Sequence[str]]
    ) -> str:
        """Give the path and query below Grafana's own address.

        Args:
            first: First UTC day that is shown.
            last: Last UTC day that is shown.
            chosen: Values by variable; those of variables that it lacks are left out.
        """
        query = [
            (f"var-{name}", value)
            for name in self.variables
            for value in chosen.get(name, ())
        ]
        query.append(("from", str(_milliseconds(first))))
        query.append(("to", str(_milliseconds(last + timedelta(days=1)) - 1)))
        return f"/d/{self.uid}/{self.uid}?{urlencode(query)}"


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
ADDRESSES = (OVERVIEW, MODELS, CUSTOMERS, ANOMALIES)
