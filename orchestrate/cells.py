"""Cells of a warehouse: what a day, provider, customer and model sum to.

They are summed in the warehouse; only sums travel.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from orchestrate.warehouse import Warehouse

ZERO = Decimal(0)


class Key(NamedTuple):
    """What a cell is about."""

    date: date | None
    cloud_provider: str
    customer_id: str
    model: str


class Amounts(NamedTuple):
    """What is in a cell."""

    cost_usd: Decimal
    tokens: Decimal


Cells = Mapping[Key, Amounts]


def read_cells(
    warehouse: Warehouse, *, since: date | None, customer: str | None
) -> dict[Key, Amounts]:
    """Read the cells of a warehouse.

    Args:
        warehouse: The open warehouse.
        since: First day; all of them if None.
        customer: The only customer; all of them if None.
    """
    rows = warehouse.rows(_query(warehouse, since, customer))
    cells: dict[Key, Amounts] = {}
    for row in rows:
        key = Key(
            _day(row["date"]),
            str(row["cloud_provider"]),
            str(row["customer_id"]),
            str(row["model"]),
        )
        cells[key] = Amounts(_decimal(row["cost_usd"]), _decimal(row["tokens"]))
    return cells


def _query(warehouse: Warehouse, since: date | None, customer: str | None) -> str:
    conditions = ["1 = 1"]
    if since:
        conditions.append(f"date >= cast('{since.isoformat()}' as date)")
    if customer is not None:
        conditions.append(f"customer_id = {warehouse.text(customer)}")
    return f"""
        select
            date,
            cloud_provider,
            customer_id,
            model,
            sum(cost_usd) as cost_usd,
            sum(
                case when usage_unit = 'tokens' then usage_amount else 0 end
            ) as tokens
        from {warehouse.mart("unified_costs")}
        where {" and ".join(conditions)}
        group by date, cloud_provider, customer_id, model
    """  # noqa: S608 - values are written as literals by the warehouse


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _decimal(value: Any) -> Decimal:
    if value is None:
        return ZERO
    return value if isinstance(value, Decimal) else Decimal(str(value))
