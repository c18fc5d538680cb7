"""Checks of the Azure bill: who asks, what he may, what the API and exports give."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from azure.core.exceptions import AzureError

from extract.azure import NO_CREDENTIALS, describe_credential, make_credential
from extract.doctor import Check, attempt, freshness, unopened
from extract.errors import ExtractError, first_line
from extract.sources.azure_costs import AzureBill, open_bill
from extract.sources.azure_costs.ask import ask_services
from extract.sources.azure_costs.client import QueryRefusedError
from extract.sources.azure_costs.export_reading import missing_columns
from extract.sources.azure_costs.settings import ACTUAL, AMORTIZED, SPEC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.sources.azure_costs.exports import Exports
    from extract.sources.azure_costs.layouts import Month
    from extract.sources.azure_costs.query import Query

README = "extract/sources/azure_costs/README.md"
NAME = SPEC.name
SECONDS_A_DAY = 86_400
MANAGEMENT = "https://management.azure.com/.default"
STORAGE = "https://storage.azure.com/.default"
# What an export may lack, and what is lost with it.
USEFUL = {
    "resource_id": "the resource, and with it customers told by resource group",
    "tags": "customers, teams and deployments that are told by tags",
    "meter_subcategory": "the vendor of many models",
    "unit_of_measure": "tokens: a quantity without a unit is no number of tokens",
    "charge_type": "purchases and refunds, which are taken for usage",
    "publisher_type": "Claude and others that are sold by the Marketplace",
    "pricing_model": "what reservations and savings plans cover",
}


def checks() -> Iterator[Check]:
    """Yield the checks, up to the first one on which all others depend."""
    try:
        bill = open_bill()
    except Exception as error:  # noqa: BLE001 - dlt raises many kinds
        yield unopened(NAME, error, f"The settings are explained in {README}.")
        return
    settings = bill.settings
    parts = [f"exports in {settings.export_url}"] if bill.exports else []
    if bill.query:
        scopes = ", ".join(bill.query.scopes) or "no scopes"
        parts.append(f"{settings.base_url} for {scopes}")
    yield Check(subject=NAME, name="settings", status="ok", detail="; ".join(parts))
    if bill.exports:
        yield from _of_exports(bill, bill.exports)
    if bill.query:
        yield from _of_query(bill, bill.query)


def _token(bill: AzureBill, purpose: str) -> Check:
    """Get a token: a secret that expired is told apart from a role that lacks."""

    def sign_in() -> str:
        try:
            make_credential(bill.settings).get_token(purpose)
        except (AzureError, ValueError) as error:
            raise ExtractError(first_line(error)) from error
        return describe_credential(bill.settings)

    return attempt(NAME, "credentials", sign_in, NO_CREDENTIALS)


def _of_exports(bill: AzureBill, exports: Exports) -> Iterator[Check]:
    settings = bill.settings
    has_key = settings.storage_account_key or settings.storage_sas_token
    if not exports.store.is_local and not has_key:
        found = _token(bill, STORAGE)
        yield found
        if found.status == "problem":
            return

    def look() -> str:
        exports.store.require()
        return exports.store.uri()

    container = attempt(
        NAME,
        "storage",
        look,
        "Give the identity the role Storage Blob Data Reader on the container; the "
        f"command is in {README}.",
    )
    yield container
    if container.status == "problem":
        return

    def find() -> str:
        exports.units()
        months = exports.months.values()
        if not months:
            return "none of a month that is known"
        periods = sorted(month.period for month in months)
        names = {r.export or "." for month in months for r in month.all_runs}
        return f"{', '.join(sorted(names))}, {periods[0]} to {periods[-1]}"

    found = attempt(NAME, "exports", find, f"How to make one: {README}.")
    yield found
    for one in exports.unread:
        yield Check(subject=NAME, name="files", status="problem", detail=one.error)
    newest: dict[str, Month] = {}
    for month in sorted(exports.months.values(), key=lambda month: month.period):
        newest[month.bill] = month
    for month in newest.values():
        yield from _of_month(exports, month)


def _of_month(exports: Exports, month: Month) -> Iterator[Check]:
    """Check the newest month of one scope."""
    label = f"{month.bill} {month.period}"
    if month.error:
        yield Check(subject=NAME, name="runs", status="problem", detail=month.error)
        return
    runs = month.runs[ACTUAL]
    written = [run.age[1] for run in runs]
    written += [file.modified for run in runs for file in run.files]
    days = (time.time() - max(written)) / SECONDS_A_DAY
    yield freshness(
        NAME,
        f"{label} was written",
        days,
        "A daily export writes every day: look at its run history in the portal, and "
        "at the storage account's firewall.",
        is_judged=not exports.store.is_local,
    )
    has_both = AMORTIZED in month.runs or not exports.settings.amortized
    yield Check(
        subject=NAME,
        name="amortized costs",
        status="ok" if has_both else "warning",
        detail=f"{label} has them" if has_both else f"{label} has actual costs only",
        remedy=""
        if has_both
        else "The effective cost of reservations and savings plans is then the billed "
        "one. Export the type AmortizedCost, too, or set "
        "sources.azure_costs.amortized = false where there are none.",
    )

    def columns() -> str:
        lost = [
            f"{name} ({USEFUL[name]})"
            for name in missing_columns(exports.store, runs, list(USEFUL))
        ]
        return "; ".join(lost)

    try:
        lost = columns()
    except ExtractError as error:
        yield Check(subject=NAME, name="columns", status="problem", detail=str(error))
        return
    yield Check(
        subject=NAME,
        name="columns",
        status="warning" if lost else "ok",
        detail=f"{label} lacks {lost}" if lost else f"{label} has them",
        remedy="A newer dataset version of the export has them." if lost else "",
    )


def _of_query(bill: AzureBill, query: Query) -> Iterator[Check]:
    if not query.is_local:
        found = _token(bill, MANAGEMENT)
        yield found
        if found.status == "problem":
            return
    if not query.scopes:
        yield attempt(NAME, "scopes", lambda: str(len(query.units())))
        return
    try:
        with query:
            for scope in query.scopes:
                yield from _of_scope(bill, query, scope)
    except ExtractError as error:
        yield Check(subject=NAME, name="API", status="problem", detail=str(error))


def _of_scope(bill: AzureBill, query: Query, scope: str) -> Iterator[Check]:
    """Ask one small question about a scope, and look for the services in its answer."""
    settings, costs = bill.settings, dict[str, float]()

    def ask() -> str:
        # The newest month that can be asked for; of recorded answers, the last one.
        units = [u for u in query.units() if u.billing_account_id == scope]
        period = max(unit.billing_period for unit in units)
        try:
            costs.update(ask_services(query.client, scope, period))
        except QueryRefusedError as refusal:
            raise ExtractError(f"Azure refused the query: {refusal}") from refusal
        return f"{scope} answers: {len(costs)} services in {period}"

    answered = attempt(
        NAME,
        "API",
        ask,
        f"The role to have on {scope} is Cost Management Reader; the commands are in "
        f"{README}.",
    )
    yield answered
    if answered.status == "problem":
        return
    wanted = {name.casefold() for name in settings.service_names}
    ours = sorted(name for name in costs if name.casefold() in wanted)
    yield Check(
        subject=NAME,
        name="services",
        status="ok" if ours else "warning",
        detail=f"{scope} has {', '.join(ours)}"
        if ours
        else f"{scope} has none of {', '.join(settings.service_names)}; it has "
        f"{', '.join(sorted(costs)) or 'no costs'}",
        remedy="" if ours else SPEC.shrink_hint,
    )
