"""Which panels a dashboard keeps, by the marts that can be read for it.

A panel that asks for what its reader may not read would show an error, and one that
adds up what does not belong together would show a wrong number. Both are left out.
"""

from __future__ import annotations

import re
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


def marts_read(part: Json, schema: str) -> set[str]:
    """Name the marts that the queries of a panel, variable or annotation read.

    Args:
        part: Its JSON.
        schema: Schema of the marts.
    """
    return set(re.findall(rf"\b{re.escape(schema)}\.(\w+)", str(part)))


def reads_only(
    dialect: Dialect | Mixed, readable: AbstractSet[str] | None
) -> Callable[[Json], bool]:
    """Give the test whether a panel, variable or annotation is kept.

    Args:
        dialect: Data source, or several.
        readable: Marts that may be read; None for all.
    """
    barred: set[str] = set()
    if isinstance(dialect, Dialect) and dialect.part:
        barred |= OF_ALL_CLOUDS | (OF_THE_WAREHOUSE if dialect.is_shared else set())
    schema = dialect.parts[0].schema

    def is_kept(part: Json) -> bool:
        read = marts_read(part, schema)
        return not read & barred and (readable is None or read <= readable)

    return is_kept
