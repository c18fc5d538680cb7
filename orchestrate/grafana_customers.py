"""Who gets an organisation of Grafana: customers, their warehouses and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrate.homes import HOMES, phase_1_target, route
from orchestrate.moves import homes, read_moves
from orchestrate.routing import sources_of
from orchestrate.settings import MARTS_SCHEMA
from orchestrate.tenant_files import UNATTRIBUTED
from orchestrate.warehouse import open_warehouse

if TYPE_CHECKING:
    from orchestrate.routing import ReaderSource
    from orchestrate.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A customer as the marts know it.

    Attributes:
        id: Its id.
        alert_email: Where its alerts go.
        sources: The warehouses that it reads.
    """

    id: str
    alert_email: str | None
    sources: tuple[ReaderSource, ...]


def read_customers(settings: Settings) -> dict[str, Customer]:
    """Read who the customers are, and which warehouses each reads.

    Args:
        settings: The places of the run.

    Raises:
        StepFailed: The marts cannot be read, or the settings do not say.
    """
    with open_warehouse(phase_1_target(), settings) as warehouse:
        rows = warehouse.rows(
            "select customer_id, alert_email, warehouse_home "  # noqa: S608
            f"from {warehouse.mart('dim_customers')}"
        )
    moved = homes(read_moves())
    found: dict[str, Customer] = {}
    by_home: dict[str, tuple[ReaderSource, ...]] = {}
    for row in rows:
        customer = str(row["customer_id"])
        if customer == UNATTRIBUTED:
            continue
        home = row["warehouse_home"]
        if customer in moved:
            home = moved[customer].warehouse_home
        if home not in by_home:
            (known,) = (each for each in HOMES if each == home)
            by_home[home] = sources_of(route(known))
        found[customer] = Customer(
            id=customer, alert_email=row["alert_email"], sources=by_home[home]
        )
    return found


def read_roles(target: str, settings: Settings) -> dict[str, str]:
    """Read which role belongs to which customer in a warehouse.

    Args:
        target: The warehouse.
        settings: The places of the run.

    Raises:
        StepFailed: No customer has one, or they cannot be read.
    """
    if target == "duckdb":
        return {}
    with open_warehouse(target, settings) as warehouse:
        table = warehouse.mart("tenant_roles", schema=f"{MARTS_SCHEMA}_tenants")
        rows = warehouse.rows(f"select customer_id, role_name from {table}")  # noqa: S608
    return {str(row["customer_id"]): str(row["role_name"]) for row in rows}
