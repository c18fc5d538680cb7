"""What an invoice month of the export's table adds up to, by service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extract.errors import ExtractError
from extract.windows import PERIOD

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from decimal import Decimal

    from extract.units import Load, Unit

# A row without an invoice month is of the bill of its usage: Google's months are those
# of US/Pacific. dbt says the same in the macro gcp_invoice_month.
MONTH = """coalesce(
    nullif(invoice.month, ''),
    format_timestamp('%Y%m', usage_start_time, 'US/Pacific')
)"""


# A row of an invoice month is exported after the month has begun, so older partitions
# hold none of it and are not read.
_SUMS = """
    select
        {splits}service.id,
        service.description,
        cost_type,
        currency,
        count(*),
        sum(cast(cost as numeric)),
        sum(cast(
            (select coalesce(sum(c.amount), 0) from unnest(credits) as c) as numeric
        )),
        min(usage_start_time),
        max(usage_start_time),
        max(export_time)
    from `{table}`
    where _PARTITIONTIME >= timestamp(@first_day)
        and billing_account_id = @account
        and {month} = @month
    group by {keys}
""".replace("{month}", MONTH)
_KEYS = 4


@dataclass(frozen=True)
class Part:
    """What one service adds up to, by type of cost and currency."""

    service_id: str | None
    service: str | None
    cost_type: str | None
    currency: str | None
    rows: int
    cost: Decimal
    credits: Decimal
    first_usage_at: datetime
    last_usage_at: datetime
    read_until: datetime


def sums_query(*splits: str) -> str:
    """Return the query that adds up an invoice month, with its table left open.

    Args:
        splits: Expressions that come before the columns of a part, and divide it.
    """
    keys = ", ".join(str(1 + at) for at in range(len(splits) + _KEYS))
    columns = "".join(f"{split},\n        " for split in splits)
    return _SUMS.replace("{splits}", columns).replace("{keys}", keys)


def parameters_of(unit: Unit) -> dict[str, str]:
    """Return the parameters of a query about a unit's invoice month."""
    return {
        "first_day": f"{unit.billing_period}-01",
        "account": unit.billing_account_id,
        "month": unit.billing_period.replace("-", ""),
    }


def is_ai(service: str | None, services: Collection[str]) -> bool:
    """Whether a service is one of some; % stands for any text."""
    return any(
        re.fullmatch(re.escape(name).replace("%", ".*"), service or "")
        for name in services
    )


def measure(
    load: Load, parts: Sequence[Part], services: Collection[str]
) -> list[tuple[Any, ...]]:
    """Note rows and cost of a load; return the totals of what is not AI in it.

    Args:
        load: The load.
        parts: What its services add up to.
        services: Services whose rows count as AI.
    """
    unit = load.delivery.unit
    rest: list[tuple[Any, ...]] = []
    for part in parts:
        if not part.currency:
            raise ExtractError(
                f"{load.delivery.location} has {part.rows:,} rows of the service "
                f"{part.service!r} in {unit.billing_period} without a currency, which "
                "no rate converts. See that it is the export's own table."
            )
        found = load.measure(part.currency)
        cost = part.cost + part.credits
        last, first = part.last_usage_at, part.first_usage_at
        found.last_usage_at = max(found.last_usage_at or last, last)
        if is_ai(part.service, services):
            found.landed_rows += part.rows
            found.landed_cost += cost
            found.first_usage_at = min(found.first_usage_at or first, first)
        else:
            found.filtered_rows += part.rows
            found.filtered_cost += cost
            key = (unit.billing_account_id, unit.billing_period.replace("-", ""))
            kind = (part.service_id, part.service, part.cost_type, part.currency)
            rest.append((load.load_id, *key, *kind, part.rows, part.cost, part.credits))
    return rest


def period_of(table: str, account: str | None, month: str | None, setting: str) -> str:
    """Return the month of some rows, or raise if they belong to no bill.

    Args:
        table: The table.
        account: Billing account of the rows.
        month: Their invoice month, YYYYMM.
        setting: The setting that names the table.
    """
    period = f"{(month or '')[:4]}-{(month or '')[4:]}"
    if not (account and PERIOD.fullmatch(period)):
        raise ExtractError(
            f"{table} has rows of billing account {account!r} and invoice month "
            f"{month!r}, which belong to no bill. Check in {setting} that it is the "
            "export's own table."
        )
    return period


def twice(table: str, other: str, name: str, setting: str) -> ExtractError:
    """Return the error about a month that two tables hold."""
    return ExtractError(
        f"{table} and {other} both hold {name}: the standard and the detailed export "
        f"are the same spend twice. Name one of them in {setting}."
    )


def empty(tables: Sequence[str], setting: str) -> ExtractError:
    """Return the error about tables without rows."""
    return ExtractError(
        f"{', '.join(tables)} has no rows yet. The export fills within a day or two; "
        f"check {setting}."
    )
