"""Queries to the Cost Management API, and what their answers add up to."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from extract.sources.azure_costs.settings import (
    PROVISIONAL_DAYS,
    READER_VERSION,
    SAME,
)
from extract.units import digest_of
from extract.windows import first_day, last_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from extract.sources.azure_costs.answer import Answer


def query_body(  # noqa: PLR0913 - what a query is made of, by name
    period: str,
    *,
    cost_type: str,
    granularity: str,
    groupings: Sequence[str],
    tag_key: str = "",
    services: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the body of a query for one calendar month.

    Args:
        period: The month; a daily query must not span more than 31 days.
        cost_type: ActualCost or AmortizedCost.
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
        "type": cost_type,
        "timeframe": "Custom",
        "timePeriod": {
            "from": f"{first_day(period)}T00:00:00Z",
            "to": f"{last_day(period)}T23:59:59Z",
        },
        "dataset": dataset,
    }


def provisional_from(period: str) -> int | None:
    """Return the first day of a month that is still being counted, as yyyymmdd.

    Args:
        period: The month; None where all its days are complete.
    """
    first = datetime.now(UTC).date() - timedelta(days=PROVISIONAL_DAYS)
    return int(f"{first:%Y%m%d}") if first <= last_day(period) else None


def version_of(
    period: str, answers: Mapping[str, Answer], rest: Iterable[Sequence[Any]]
) -> str:
    """Return a hash that changes with any value of a month's answers.

    It changes, too, with the days that are still being counted: a day that is complete
    by now is landed as such.

    Args:
        period: The month.
        answers: The answers, by what they are called.
        rest: What the other services add up to.
    """
    rest_lines = sorted(json.dumps([str(value) for value in row]) for row in rest)
    lines = [f"{name} {answer.canonical()}" for name, answer in answers.items()]
    lines += rest_lines
    return digest_of([READER_VERSION, f"{provisional_from(period)}", *lines])


def split_services(
    totals: Answer, services: Collection[str], subscription: str = ""
) -> tuple[dict[str, float], list[tuple[Any, ...]]]:
    """Split the month's totals by service.

    Args:
        totals: The totals.
        services: The landed services.
        subscription: The subscription, where the scope is one.

    Returns:
        The cost of the landed services by currency, and one row of service, charge
        type, currency, cost and subscription for each of the others.
    """
    names = {name.casefold() for name in services}
    columns = totals.columns
    count = totals.rows
    ours: dict[str, float] = {}
    rest = []
    for service, charge, currency, cost, found in zip(
        columns.get("service_name", [None] * count),
        columns.get("charge_type", [None] * count),
        columns.get("currency", []),
        columns.get("cost", []),
        columns.get("subscription_id", [subscription] * count),
        strict=True,
    ):
        if (service or "").casefold() in names:
            ours[currency] = ours.get(currency, 0.0) + cost
        else:
            money = _money(cost)
            rest.append((service, charge, currency, money, found or None))
    return ours, rest


def is_same_cost(actual: Answer, amortized: Answer, services: Collection[str]) -> bool:
    """Tell whether no commitment changes the cost of the landed services.

    Only totals by charge type can tell: without it, a monthly reservation adds up to
    the same sum either way.
    """
    if not all("ChargeType" in answer.grouped_by for answer in (actual, amortized)):
        return False
    names = {name.casefold() for name in services}
    sums: dict[tuple[Any, ...], float] = {}
    for sign, answer in ((1, actual), (-1, amortized)):
        columns = (
            answer.columns.get(name, [])
            for name in ("service_name", "charge_type", "currency", "cost")
        )
        for service, charge, currency, cost in zip(*columns, strict=True):
            if (service or "").casefold() in names:
                key = (service, charge, currency)
                sums[key] = sums.get(key, 0.0) + sign * cost
    return all(abs(difference) < SAME for difference in sums.values())


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


def subscription_of(scope: str) -> str:
    """Return the subscription that a scope is, or is within; '' for a wider one."""
    kind, _, rest = scope.partition("/")
    return rest.partition("/")[0].lower() if kind.lower() == "subscriptions" else ""
