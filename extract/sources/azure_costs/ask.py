"""One month of one scope: which questions are put, and whether the answers agree."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from extract.errors import ExtractError
from extract.sources.azure_costs.answer import Answer
from extract.sources.azure_costs.client import QueryRefusedError
from extract.sources.azure_costs.helpers import (
    cost_by_currency,
    query_body,
    split_services,
)
from extract.sources.azure_costs.settings import FALLBACK_GROUPINGS, TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extract.sources.azure_costs import AzureCostsSettings
    from extract.sources.azure_costs.client import CostClient
    from extract.units import Unit


def ask_month(
    client: CostClient, settings: AzureCostsSettings, unit: Unit
) -> tuple[Answer, list[Sequence[Any]]]:
    """Return the AI services' rows and the totals of all other services.

    The month is asked for twice: by day with the AI services only, and as one sum per
    service. Both have to show the same AI cost, else rows were lost between pages or
    the data moved meanwhile, which one more try settles.
    """
    for is_last in (False, True):
        rows = _ask_rows(client, settings, unit)
        ours, rest = split_services(_ask_totals(client, unit), settings.service_names)
        difference = _difference(cost_by_currency(rows), ours)
        if not difference:
            return rows, list(rest)
        if is_last:
            raise ExtractError(
                f"the daily rows do not add up to the month's total: {difference}. The "
                "answer is not complete or is being refreshed by Azure (up to six "
                "times a day); run again in an hour."
            )
    raise AssertionError  # the loop returns or raises


def _ask_rows(client: CostClient, settings: AzureCostsSettings, unit: Unit) -> Answer:
    """Ask by day, with as many groupings as the service accepts."""
    groupings, tag_key = list(settings.groupings), settings.tag_key
    ladder = iter(FALLBACK_GROUPINGS)
    while True:
        body = query_body(
            unit.billing_period,
            granularity="Daily",
            groupings=groupings,
            tag_key=tag_key,
            services=settings.service_names,
        )
        try:
            by = [*groupings, *(["TagKey", "TagValue"] if tag_key else [])]
            return _collect(client, unit, body, by)
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


def _ask_totals(client: CostClient, unit: Unit) -> Answer:
    """Ask for the month's cost of every service."""
    for groupings in (["ServiceName", "ChargeType"], ["ServiceName"]):
        body = query_body(unit.billing_period, granularity="None", groupings=groupings)
        try:
            return _collect(client, unit, body, groupings)
        except QueryRefusedError as refusal:
            last = refusal
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
