"""Which dashboard shows more of what an answer tells, opened at the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat import relations
from chat.cache import CachedReader
from chat.metrics import METRICS
from chat.plans import Explanation, Query, Report
from dashboards.addresses import (
    ALL_CLOUDS,
    ANOMALIES,
    BUDGETS,
    CUSTOMER,
    CUSTOMERS,
    HEALTH,
    MODELS,
    OVERVIEW,
)

if TYPE_CHECKING:
    from chat.answers import Answer
    from chat.asker import Asker
    from chat.plans import Plan
    from chat.query import Filter
    from chat.warehouse import Reader
    from chat.warehouse_joint import Part
    from dashboards.addresses import Address

# Variables of the dashboards, by the dimension whose values they hold.
VARIABLES = {
    "provider": "cloud_provider",
    "customer": "customer_id",
    "model": "model",
}
OF_MARTS = {
    relations.BUDGETS.mart: BUDGETS,
    relations.MARGINS.mart: CUSTOMERS,
    relations.CUSTOMER_ANOMALIES.mart: ANOMALIES,
    relations.CLOUD_ANOMALIES.mart: ANOMALIES,
    relations.EFFICIENCY.mart: MODELS,
    relations.SWITCHES.mart: MODELS,
}
OF_TOPICS = {
    "anomaly_drivers": ANOMALIES,
    "is_normal": ANOMALIES,
    "what_if_savings": MODELS,
    "savings_opportunities": MODELS,
    "data_freshness": HEALTH,
    "invoice_variance": HEALTH,
}
OF_DIMENSIONS = {
    "customer": CUSTOMERS,
    "model": MODELS,
    "model_family": MODELS,
    "vendor": MODELS,
    "token_type": MODELS,
    "model_type": MODELS,
}
# More values than this make an address that browsers and proxies cut.
MOST_VALUES = 20


def find_dashboard(plan: Plan, answer: Answer, asker: Asker) -> tuple[str, str] | None:
    """Give the title and path of the dashboard that goes with an answer.

    Args:
        plan: What was answered.
        answer: Its rows and its days; one without either is no figure of a dashboard.
        asker: Who asks: which dashboards there are for him, and over what.
    """
    if not isinstance(plan, Query | Explanation | Report):
        return None
    address = _address(plan)
    if address is HEALTH:
        # For those who run the platform, and of how the bills are now.
        if asker.scope.is_restricted or not answer.rows:
            return None
    elif answer.period is None:
        return None
    filters = _filters(plan)
    found = _at_home(address, filters, _parts(asker.reader))
    if found is None:
        return None
    days = answer.period
    path = found.path(
        first=days.first if days else None,
        last=days.last if days else None,
        chosen=_chosen(filters, answer),
    )
    return found.title, path


def _address(plan: Query | Explanation | Report) -> Address:
    names = [one.dimension for one in _filters(plan)]
    if isinstance(plan, Query):
        found = OF_MARTS.get(METRICS[plan.query.metrics[0]].relation.mart)
        # What was asked for by name says more than by what the answer is split.
        names += plan.query.dimensions
    else:
        found = OF_TOPICS.get(plan.topic)
    if found:
        return found
    if any(_is_one_customer(one) for one in _filters(plan)):
        return CUSTOMER
    for name in names:
        if name in OF_DIMENSIONS:
            return OF_DIMENSIONS[name]
    return OVERVIEW


def _is_one_customer(one: Filter) -> bool:
    is_named = one.dimension == "customer" and one.operator == "in"
    return is_named and len(one.values) == 1


def _filters(plan: Query | Explanation | Report) -> tuple[Filter, ...]:
    return plan.query.filters if isinstance(plan, Query) else plan.filters


def _parts(reader: Reader) -> tuple[Part, ...]:
    plain = reader.reader if isinstance(reader, CachedReader) else reader
    # Not by its type: who reads one warehouse does not wait for what joins several.
    found: tuple[Part, ...] = getattr(plain, "parts", ())
    return found


def _at_home(
    address: Address, filters: tuple[Filter, ...], parts: tuple[Part, ...]
) -> Address | None:
    """Give a dashboard where the asker's figures are, of Phase 2 perhaps.

    Of several warehouses each has dashboards of its own; only where an answer is about
    the clouds of one of them do those show its figure.
    """
    if not parts:
        return address
    asked = {
        value
        for one in filters
        if one.dimension == "provider" and one.operator == "in"
        for value in one.values
    }
    for part in parts:
        if asked and asked <= set(part.providers) and address is not BUDGETS:
            return address.in_part(part.reader.target, part.providers)
    return None if address is HEALTH else ALL_CLOUDS


def _chosen(filters: tuple[Filter, ...], answer: Answer) -> dict[str, tuple[str, ...]]:
    """Give the values of variables; of words that match several, those of the rows."""
    chosen = {}
    names = [column.name for column in answer.columns]
    for one in filters:
        variable = VARIABLES.get(one.dimension)
        if variable is None or one.operator == "not_in":
            continue
        values = one.values
        if one.operator == "matches":
            if one.dimension not in names:
                continue
            at = names.index(one.dimension)
            values = tuple(dict.fromkeys(str(row[at]) for row in answer.rows))
        if len(values) <= MOST_VALUES:
            chosen[variable] = values
    return chosen
