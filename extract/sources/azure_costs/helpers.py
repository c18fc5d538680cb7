"""Queries to the Cost Management API, and what their answers add up to."""

from __future__ import annotations

import hashlib
import json
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from extract.sources.azure_costs.settings import COST_TYPE, READER_VERSION
from extract.windows import first_day, last_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from extract.sources.azure_costs.answer import Answer


def query_body(
    period: str,
    *,
    granularity: str,
    groupings: Sequence[str],
    tag_key: str = "",
    services: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the body of a query for one calendar month.

    Args:
        period: The month; a daily query must not span more than 31 days.
        granularity: Daily, or None for the sum of the month.
        groupings: Dimensions to group by.
        tag_key: Tag to group by, in addition.
        services: Services to read; all of them by default.
    """
    aggregation = {"totalCost": {"name": "Cost", "function": "Sum"}}
    if granularity == "Daily":
        aggregation["totalUsage"] = {"name": "UsageQuantity", "function": "Sum"}
    dataset: dict[str, Any] = {
        "granularity": granularity,
        "aggregation": aggregation,
        "grouping": [{"type": "Dimension", "name": name} for name in groupings],
    }
    if tag_key:
        dataset["grouping"].append({"type": "TagKey", "name": tag_key})
    if services:
        dataset["filter"] = {
            "dimensions": {
                "name": "ServiceName",
                "operator": "In",
                "values": list(services),
            }
        }
    return {
        "type": COST_TYPE,
        "timeframe": "Custom",
        "timePeriod": {
            "from": f"{first_day(period)}T00:00:00Z",
            "to": f"{last_day(period)}T23:59:59Z",
        },
        "dataset": dataset,
    }


def version_of(rows: Answer, rest: Iterable[Sequence[Any]]) -> str:
    """Return a hash that changes with any value of an answer."""
    rest_lines = sorted(json.dumps([str(value) for value in row]) for row in rest)
    text = "\n".join([READER_VERSION, rows.canonical(), *rest_lines])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def split_services(
    totals: Answer, services: Collection[str]
) -> tuple[dict[str, float], list[tuple[str, str, str, Decimal]]]:
    """Split the month's totals by service.

    Returns:
        The cost of the landed services by currency, and one row of service, charge
        type, currency and cost for each of the others.
    """
    names = {name.casefold() for name in services}
    columns = totals.columns
    count = totals.rows
    ours: dict[str, float] = {}
    rest = []
    for service, charge, currency, cost in zip(
        columns.get("service_name", [None] * count),
        columns.get("charge_type", [None] * count),
        columns.get("currency", []),
        columns.get("cost", []),
        strict=True,
    ):
        if (service or "").casefold() in names:
            ours[currency] = ours.get(currency, 0.0) + cost
        else:
            rest.append((service, charge, currency, _money(cost)))
    return ours, rest


def cost_by_currency(answer: Answer) -> dict[str, float]:
    """Add up an answer's cost."""
    sums: dict[str, list[float]] = {}
    pairs = zip(
        answer.columns.get("currency", []), answer.columns.get("cost", []), strict=True
    )
    for currency, cost in pairs:
        sums.setdefault(currency, []).append(cost)
    return {currency: math.fsum(costs) for currency, costs in sums.items()}


def _money(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("1e-9"))
