"""Which panels a dashboard keeps, by who reads it and over which warehouse.

A panel that asks for what its reader may not read would show an error, and one that
adds up what does not belong together would show a wrong number. Both are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboards.dialect_base import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from dashboards.mixed import Mixed

Json = dict[str, Any]

# Budgets and revenues are of all clouds: the cost of some says nothing of them.
OF_ALL_CLOUDS = frozenset({"budget_status", "customer_margins"})
# Of all clouds that the warehouse holds, without a column that tells them apart.
OF_THE_WAREHOUSE = frozenset({"customer_anomalies"})


@dataclass(frozen=True)
class Tenant:
    """A customer that reads its own rows, by a credential of its own.

    Attributes:
        customer: Its id.
        marts: Marts that it may read.
    """

    customer: str
    marts: frozenset[str]


def marts_read(part: Json, schema: str) -> set[str]:
    """Name the marts that the queries of a panel, variable or annotation read.

    Args:
        part: Its JSON.
        schema: Schema of the marts.
    """
    return set(re.findall(rf"\b{re.escape(schema)}\.(\w+)", str(part)))


def without_links_elsewhere(dashboard: Json, uids: AbstractSet[str]) -> Json:
    """Give a dashboard without links to dashboards that its reader does not have.

    Args:
        dashboard: Its JSON.
        uids: Dashboards that there are.
    """

    def cut(part: Any) -> Any:
        if isinstance(part, list):
            return [cut(each) for each in part if not _leads_elsewhere(each, uids)]
        if isinstance(part, dict):
            return {key: cut(value) for key, value in part.items()}
        return part

    return {**dashboard, **{key: cut(dashboard[key]) for key in ("links", "panels")}}


def _leads_elsewhere(part: Any, uids: AbstractSet[str]) -> bool:
    url = part.get("url", "") if isinstance(part, dict) else ""
    return url.startswith("/d/") and url.split("/")[2] not in uids


def reads_only(
    dialect: Dialect | Mixed, tenant: Tenant | None
) -> Callable[[Json], bool]:
    """Give the test whether a panel, variable or annotation is kept.

    Args:
        dialect: Data source, or several.
        tenant: Who reads it, when not the company's own people.
    """
    barred: set[str] = set()
    if isinstance(dialect, Dialect) and dialect.part:
        barred |= OF_ALL_CLOUDS | (OF_THE_WAREHOUSE if dialect.is_shared else set())
    schema = dialect.parts[0].schema

    def is_kept(part: Json) -> bool:
        read = marts_read(part, schema)
        return not read & barred and (tenant is None or read <= tenant.marts)

    return is_kept
