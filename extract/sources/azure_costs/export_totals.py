"""What a month of an export adds up to: checked, named by its scope, and measured."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from extract.errors import ExtractError
from extract.scan import Totals
from extract.sources.azure_costs.settings import UNUSED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.units import Load

    Whole = Mapping[tuple[Any, ...], Totals]


class Key(NamedTuple):
    """By what a bill is added up, in the order of a question's keys."""

    account: str | None
    subscription_id: str | None
    usage_date: int | None
    service_name: str
    charge_type: str | None
    currency: str | None


def require_actual(whole: Whole, uri: str) -> None:
    """Raise if an export of actual costs has charges that only amortized ones have.

    Args:
        whole: The month, by `Key`.
        uri: The export.
    """
    spread = {Key(*key).charge_type for key in whole} & set(UNUSED)
    if spread:
        raise ExtractError(
            f"{uri} has charges of the type {min(cast('set[str]', spread))}, which "
            "only amortized costs have: they would be loaded as what is invoiced. Let "
            "the name of its folder say 'amortized', or export anew with a manifest."
        )


def told_scope(whole: Whole, bill: str) -> str:
    """Return the scope of a bill that no manifest names.

    Args:
        whole: The month, by `Key`.
        bill: What to call it.
    """
    keys = [Key(*key) for key in whole]
    subscriptions = {k.subscription_id.lower() for k in keys if k.subscription_id}
    if len(subscriptions) == 1:
        return f"subscriptions/{subscriptions.pop()}"
    accounts = {k.account.strip("/").rpartition("/")[2] for k in keys if k.account}
    if len(accounts) == 1:
        return f"providers/Microsoft.Billing/billingAccounts/{accounts.pop()}"
    raise ExtractError(
        f"{bill} holds {len(subscriptions)} subscriptions of {len(accounts)} billing "
        "accounts, and no manifest says whose bill it is. Keep the files of each "
        "account, or of each subscription, in a folder of their own."
    )


def by_charge(totals: Whole) -> dict[tuple[Any, ...], Decimal]:
    """Add up by service, type of charge and currency; what is nothing is left out.

    Two types of cost that agree in this spread nothing.
    """
    sums: dict[tuple[Any, ...], Decimal] = {}
    for name, total in totals.items():
        key = Key(*name)
        group = (key.service_name, key.charge_type, key.currency)
        sums[group] = sums.get(group, Decimal(0)) + sum(total.costs)
    return {group: cost for group, cost in sums.items() if cost}


def by_service(totals: Whole) -> dict[tuple[Any, ...], Totals]:
    """Add up by subscription, service, type of charge and currency."""
    sums: dict[tuple[Any, ...], Totals] = {}
    for name, total in totals.items():
        key = Key(*name)
        group = (key.subscription_id, key.service_name, key.charge_type, key.currency)
        found = sums.setdefault(group, Totals(costs=[Decimal(0)]))
        found.costs = [a + b for a, b in zip(found.costs, total.costs, strict=True)]
        if start := total.last_start:
            found.last_start = max(found.last_start or start, start)
    return sums


def measure(load: Load, landed: Whole, rest: Whole) -> None:
    """Note rows and cost of a month; of the rest, each total is a row.

    Args:
        load: The load.
        landed: The landed rows, by `Key`.
        rest: Everything else, as `by_service` gives it.
    """
    for name, totals in landed.items():
        part = load.measure(name[-1] or "")
        part.landed_rows += totals.lines
        part.landed_cost += sum(totals.costs)
    for name, totals in rest.items():
        part = load.measure(name[-1] or "")
        part.filtered_rows += 1
        part.filtered_cost += sum(totals.costs)
        if start := totals.last_start:
            part.last_usage_at = max(part.last_usage_at or start, start)


def measure_repeated(load: Load, spread: Whole) -> None:
    """Note rows and cost of what shows the same money once more."""
    for name, totals in spread.items():
        part = load.measure(name[-1] or "")
        part.repeated_rows += totals.lines
        part.repeated_cost += sum(totals.costs)
