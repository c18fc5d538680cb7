"""Which dashboard shows more of what an answer tells, opened at the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.metrics import METRICS
from chat.plans import Explanation, Query, Report
from chat.relations import CLOUD_ANOMALIES, CUSTOMER_ANOMALIES, EFFICIENCY, SWITCHES
from dashboards.addresses import ANOMALIES, CUSTOMERS, MODELS, OVERVIEW

if TYPE_CHECKING:
    from chat.answers import Answer
    from chat.plans import Plan
    from chat.query import Filter
    from dashboards.addresses import Address

# Variables of the dashboards, by the dimension whose values they hold.
VARIABLES = {
    "provider": "cloud_provider",
    "customer": "customer_id",
    "model": "model",
}
OF_MARTS = {
    CUSTOMER_ANOMALIES.mart: ANOMALIES,
    CLOUD_ANOMALIES.mart: ANOMALIES,
    EFFICIENCY.mart: MODELS,
    SWITCHES.mart: MODELS,
}
OF_TOPICS = {
    "anomaly_drivers": ANOMALIES,
    "is_normal": ANOMALIES,
    "what_if_savings": MODELS,
    "savings_opportunities": MODELS,
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


def find_dashboard(plan: Plan, answer: Answer) -> tuple[str, str] | None:
    """Give the title and path of the dashboard that goes with an answer.

    Args:
        plan: What was answered.
        answer: Its rows and its days; one without days is no figure of a dashboard.
    """
    if answer.period is None or not isinstance(plan, Query | Explanation | Report):
        return None
    address = _address(plan)
    path = address.path(
        first=answer.period.first,
        last=answer.period.last,
        chosen=_chosen(_filters(plan), answer),
    )
    return address.title, path


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
    for name in names:
        if name in OF_DIMENSIONS:
            return OF_DIMENSIONS[name]
    return OVERVIEW


def _filters(plan: Query | Explanation | Report) -> tuple[Filter, ...]:
    return plan.query.filters if isinstance(plan, Query) else plan.filters


def _chosen(filters: tuple[Filter, ...], answer: Answer) -> dict[str, tuple[str, ...]]:
    """Give the values of variables; of words that match several, those of the rows."""
    chosen = {}
    names = [column.name for column in answer.columns]
    for one in filters:
        variable = VARIABLES.get(one.dimension)
        if variable is None or one.operator.startswith("not"):
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
