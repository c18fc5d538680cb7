"""One month of one scope: which questions are put, and whether the answers agree."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from extract.errors import ExtractError
from extract.sources.azure_costs.answer import Answer
from extract.sources.azure_costs.client import QueryRefusedError
from extract.sources.azure_costs.helpers import (
    cost_by_currency,
    is_same_cost,
    query_body,
    split_services,
    subscription_of,
)
from extract.sources.azure_costs.rows import Month
from extract.sources.azure_costs.settings import (
    ACTUAL,
    AMORTIZED,
    BY_TAG_GROUPINGS,
    FALLBACK_GROUPINGS,
    TOLERANCE,
    WIDE_FALLBACK_GROUPINGS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extract.sources.azure_costs.client import CostClient
    from extract.sources.azure_costs.configuration import AzureCostsSettings
    from extract.units import Unit

logger = logging.getLogger("extract")

NOT_GIVEN = (
    "%s: Azure does not give amortized costs of this scope, so its effective cost is "
    "the billed one. %s To stop asking: sources.azure_costs.amortized = false"
)


def ask_month(
    client: CostClient,
    settings: AzureCostsSettings,
    unit: Unit,
    without_amortized: set[str],
) -> Month:
    """Return the AI services' rows and the totals of all other services.

    Each type of cost is asked for twice: by day with the AI services only, and as one
    sum per service. Both have to show the same AI cost, else rows were lost between
    pages or the data moved meanwhile, which one more try settles.

    Args:
        client: The API.
        settings: What to ask for.
        unit: The scope and month.
        without_amortized: Scopes that refuse amortized costs; grows when one does.
    """
    scope = unit.billing_account_id
    for is_last in (False, True):
        rows = _ask_rows(client, settings, unit)
        totals = _ask_totals(client, unit, ACTUAL)
        ours, rest = split_services(
            totals, settings.service_names, subscription_of(scope)
        )
        difference = _difference(cost_by_currency(rows), ours)
        by_tag: dict[str, Answer] = {}
        for tag in settings.second_pass_tags if not difference else []:
            by_tag[tag] = _ask_by_tag(client, settings, unit, tag)
            difference = difference or _difference(cost_by_currency(by_tag[tag]), ours)
        amortized = None
        if settings.amortized and scope not in without_amortized and not difference:
            try:
                amortized, difference = _ask_amortized(
                    client, settings, unit, rows.grouped_by, totals
                )
            except QueryRefusedError as refusal:
                without_amortized.add(scope)
                logger.warning(NOT_GIVEN, scope, refusal)
        if not difference:
            return Month(
                rows=rows,
                amortized=amortized,
                rest=rest,
                subscriptions=_subscriptions(scope, rows, totals),
                by_tag=by_tag,
            )
        if is_last:
            raise ExtractError(
                f"the daily rows do not add up to the month's total: {difference}. The "
                "answer is not complete or is being refreshed by Azure (up to six "
                "times a day); run again in an hour."
            )
    raise AssertionError  # the loop returns or raises


def ask_services(client: CostClient, scope: str, period: str) -> dict[str, float]:
    """Return the cost of every service of a scope in a month: one small question.

    Args:
        client: The API.
        scope: The scope.
        period: The month.
    """
    body = query_body(
        period, cost_type=ACTUAL, granularity="None", groupings=["ServiceName"]
    )
    answer = Answer(grouped_by=["ServiceName"])
    for page in client.pages(scope, body):
        answer.add(page, f"{scope} {period}", is_daily=False)
    columns = answer.columns
    pairs = zip(columns.get("service_name", []), columns.get("cost", []), strict=True)
    costs: dict[str, float] = {}
    for service, cost in pairs:
        costs[service or ""] = costs.get(service or "", 0.0) + cost
    return costs


def _ask_rows(client: CostClient, settings: AzureCostsSettings, unit: Unit) -> Answer:
    """Ask by day, with as many groupings as the service accepts."""
    groupings, tag_key = list(settings.groupings), settings.tag_key
    is_wide = not subscription_of(unit.billing_account_id)
    if is_wide and "SubscriptionId" not in groupings:
        groupings.insert(0, "SubscriptionId")
    ladder = iter(WIDE_FALLBACK_GROUPINGS if is_wide else FALLBACK_GROUPINGS)
    while True:
        try:
            return _ask_days(client, settings, unit, ACTUAL, groupings, tag_key)
        except QueryRefusedError as refusal:
            # Some agreements lack a dimension; then only that one is left out.
            named = [name for name in groupings if f"'{name}'" in _before_list(refusal)]
            if named and len(named) < len(groupings):
                groupings = [name for name in groupings if name not in named]
                continue
            shorter = next(ladder, None)
            if shorter is None:
                raise ExtractError(_refused(refusal)) from refusal
            groupings, tag_key = list(shorter), ""


def _ask_amortized(
    client: CostClient,
    settings: AzureCostsSettings,
    unit: Unit,
    grouped_by: Sequence[str],
    actual: Answer,
) -> tuple[Answer | None, str]:
    """Ask for the cost with commitments spread; None where it is the actual cost.

    The rows are grouped exactly as the actual ones: a cost that cannot be laid beside
    what was billed would land on other customers. The totals tell with one small
    answer whether there is anything to spread.

    Returns:
        The rows, and how they differ from their month's total.
    """
    groupings = [name for name in grouped_by if name not in ("TagKey", "TagValue")]
    tag_key = settings.tag_key if "TagKey" in grouped_by else ""
    totals = _ask_totals(client, unit, AMORTIZED)
    if is_same_cost(actual, totals, settings.service_names):
        return None, ""
    rows = _ask_days(client, settings, unit, AMORTIZED, groupings, tag_key)
    ours, _ = split_services(totals, settings.service_names)
    difference = _difference(cost_by_currency(rows), ours)
    return rows, f"{difference} amortized" if difference else ""


def _ask_by_tag(
    client: CostClient, settings: AzureCostsSettings, unit: Unit, tag: str
) -> Answer:
    """Ask by day once more, by a tag: a deployment is told in no other way."""
    for groupings in BY_TAG_GROUPINGS:
        try:
            return _ask_days(client, settings, unit, ACTUAL, groupings, tag)
        except QueryRefusedError as refusal:
            last = refusal
    raise ExtractError(
        f"Azure refused to tell costs by the tag {tag}: {last} Take it out of "
        "sources.azure_costs.second_pass_tags."
    ) from last


def _subscriptions(scope: str, *answers: Answer) -> frozenset[str]:
    """Return the subscriptions that a month holds, as far as Azure tells."""
    if own := subscription_of(scope):
        return frozenset({own})
    names = [n for a in answers for n in a.columns.get("subscription_id", [])]
    return frozenset(name.lower() for name in names if name)


def _ask_days(  # noqa: PLR0913, PLR0917 - what a query is made of
    client: CostClient,
    settings: AzureCostsSettings,
    unit: Unit,
    cost_type: str,
    groupings: Sequence[str],
    tag_key: str,
) -> Answer:
    body = query_body(
        unit.billing_period,
        cost_type=cost_type,
        granularity="Daily",
        groupings=groupings,
        tag_key=tag_key,
        services=settings.service_names,
    )
    by = [*groupings, *(["TagKey", "TagValue"] if tag_key else [])]
    return _collect(client, unit, body, by)


def _ask_totals(client: CostClient, unit: Unit, cost_type: str) -> Answer:
    """Ask for the month's cost of every service."""
    ladder = [["ServiceName", "ChargeType"], ["ServiceName"]]
    if not subscription_of(unit.billing_account_id):
        ladder.insert(0, ["SubscriptionId", "ServiceName", "ChargeType"])
    for groupings in ladder:
        body = query_body(
            unit.billing_period,
            cost_type=cost_type,
            granularity="None",
            groupings=groupings,
        )
        try:
            return _collect(client, unit, body, groupings)
        except QueryRefusedError as refusal:
            last = refusal
    if cost_type == AMORTIZED:
        raise last
    raise ExtractError(_refused(last)) from last


def _collect(
    client: CostClient, unit: Unit, body: dict[str, Any], grouped_by: Sequence[str]
) -> Answer:
    answer = Answer(grouped_by=grouped_by)
    scope = unit.billing_account_id
    is_daily = body["dataset"]["granularity"] == "Daily"
    with _placed(unit, answer):
        for page in client.pages(scope, body):
            place = f"{scope} {unit.billing_period} page {answer.pages + 1}"
            answer.add(page, place, is_daily=is_daily)
    return answer


@contextmanager
def _placed(unit: Unit, answer: Answer) -> Iterator[None]:
    """Say which scope, month and page an error belongs to, unless it says so itself."""
    try:
        yield
    except ExtractError as error:
        place = f"{unit.billing_account_id} {unit.billing_period}"
        if str(error).startswith(place):
            raise
        raise ExtractError(f"{place} page {answer.pages + 1}: {error}") from error


def _difference(rows: dict[str, float], totals: dict[str, float]) -> str:
    for currency in sorted({*rows, *totals}):
        ours, theirs = rows.get(currency, 0.0), totals.get(currency, 0.0)
        if abs(ours - theirs) > TOLERANCE:
            return f"{ours:,.2f} against {theirs:,.2f} {currency}"
    return ""


def _before_list(refusal: QueryRefusedError) -> str:
    """Return the message without the list of valid values that follows the culprit."""
    return str(refusal).partition("valid values")[0]


def _refused(refusal: QueryRefusedError) -> str:
    return (
        f"Azure refused the query: {refusal} Check sources.azure_costs.groupings, "
        "scopes and tag_key."
    )
