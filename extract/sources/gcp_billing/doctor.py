"""Checks of the Google Cloud bill: who asks, what he may, and what the export holds."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from extract.doctor import Check, attempt, freshness, unopened
from extract.errors import ExtractError
from extract.google import credentials
from extract.sources.gcp_billing import GcpBill, open_bill
from extract.sources.gcp_billing.asking import EXPORTS, ask
from extract.sources.gcp_billing.copied import CopiedTables
from extract.sources.gcp_billing.reading import SECTION, STORAGE, STORAGE_ROLE
from extract.sources.gcp_billing.settings import SPEC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.sources.gcp_billing.export_table import ExportTables
    from extract.units import Unit

README = "extract/sources/gcp_billing/README.md"
# Only the newest partitions are read, and of them one short column.
FRESHNESS = """
    select max(export_time) from `{table}`
    where _PARTITIONTIME >= timestamp_sub(current_timestamp(), interval 10 day)
"""
# Of the dataset's metadata, which costs nothing by the row.
BESIDE = """
    select table_name from `{dataset}`.INFORMATION_SCHEMA.TABLES
    where table_name like 'gcp_billing_export%'
"""


def checks() -> Iterator[Check]:
    """Yield the checks, up to the first one on which all others depend."""
    name = SPEC.name
    try:
        bill = open_bill()
    except Exception as error:  # noqa: BLE001 - dlt raises many kinds
        yield unopened(name, error, f"The settings are in {README}.")
        return
    yield Check(subject=name, name="settings", status="ok", detail=_said(bill))
    if isinstance(bill, CopiedTables):
        found = attempt(name, "credentials", lambda: _identity(bill), "")
        yield found
        if found.status == "problem":
            return
    units: list[Unit] = []

    def find() -> str:
        with bill:
            units.extend(bill.units())
        periods = sorted({unit.billing_period for unit in units} - {""})
        accounts = sorted({unit.billing_account_id for unit in units} - {""})
        if not periods:
            return "no month that can be told"
        return f"{', '.join(accounts)}: {periods[0]} to {periods[-1]}"

    export = attempt(name, "export", find, _way_in(bill))
    yield export
    if export.status == "problem":
        return
    if isinstance(bill, GcpBill):
        yield from _files(bill, units)
    else:
        for table in bill.tables:
            yield from _table(bill, table)


def _said(bill: GcpBill | ExportTables | CopiedTables) -> str:
    if isinstance(bill, GcpBill):
        return f"extracts in {bill.store.uri()}"
    way = "copied from" if isinstance(bill, CopiedTables) else "read in place:"
    return f"{way} {', '.join(bill.tables)}"


def _way_in(bill: GcpBill | ExportTables | CopiedTables) -> str:
    if isinstance(bill, GcpBill):
        return (
            "Grant roles/storage.objectViewer on the bucket, which allows listing and "
            f"reading, and no more; how extracts are made: {README}."
        )
    return (
        "Grant roles/bigquery.jobUser on the project that queries are billed to, and "
        f"roles/bigquery.dataViewer on the export's dataset: {README}. A dataset in "
        "another location is not found: set the location."
    )


def _identity(bill: CopiedTables) -> str:
    found = credentials(bill.export.access, SECTION)
    account = getattr(found, "service_account_email", "") or "your own login"
    return f"{account}, queries are billed to {bill.export.client.project}"


def _files(bill: GcpBill, units: list[Unit]) -> Iterator[Check]:
    for one in bill.layouts.unread.values():
        yield Check(subject=SPEC.name, name="files", status="problem", detail=one.error)
    newest = max(units, key=lambda unit: unit.billing_period)

    def look() -> str:
        delivery = bill.deliver(newest)
        return f"{newest.name}: {delivery.files} files, {delivery.weight:,} bytes"

    yield attempt(SPEC.name, "newest month", look, f"See {README}.")
    written = [file.modified for file in bill.store.list_everything() if file.modified]
    if written:
        moment = datetime.fromtimestamp(max(written), UTC)
        yield _freshness(
            "the newest extract was written", moment, is_judged=not bill.store.is_local
        )


def _table(bill: ExportTables | CopiedTables, table: str) -> Iterator[Check]:
    """Check what is found about one table of the export."""
    try:
        ((newest,),) = _ask(bill, FRESHNESS, table)
        dataset = table.rpartition(".")[0]
        names = _ask(bill, BESIDE.replace("{dataset}", dataset), table)
        place = _location(bill, table)
    except ExtractError as error:
        yield Check(
            subject=SPEC.name,
            name="table",
            status="problem",
            detail=str(error),
            remedy=_way_in(bill),
        )
        return
    if newest is None:
        yield Check(
            subject=SPEC.name,
            name="freshness",
            status="warning",
            detail=f"{table}: nothing was exported in the last ten days",
            remedy="Look at Billing export in the console: gaps while it is disabled "
            "are never filled.",
        )
    else:
        moment = newest if newest.tzinfo else newest.replace(tzinfo=UTC)
        yield _freshness(f"{table}: the newest row was exported", moment)
    yield _both(table, {str(name) for (name,) in names})
    yield Check(subject=SPEC.name, name="location", status="ok", detail=place)
    if isinstance(bill, CopiedTables):
        yield _storage()


def _freshness(what: str, moment: datetime, *, is_judged: bool = True) -> Check:
    return freshness(
        SPEC.name,
        what,
        (datetime.now(UTC) - moment).total_seconds() / 86_400,
        "Google exports several times a day: look at Billing export in the console, "
        "and at the schedule of the extracts.",
        is_judged=is_judged,
    )


def _both(table: str, beside: set[str]) -> Check:
    """Say whether the account's other export lies beside this one."""
    own = table.rpartition(".")[2]
    match = EXPORTS.fullmatch(own)
    prefix = "gcp_billing_export_" + ("" if match and match[1] else "resource_") + "v1_"
    other = f"{prefix}{match[2]}" if match else ""
    if other not in beside:
        return Check(
            subject=SPEC.name, name="one export", status="ok", detail=f"only {own}"
        )
    is_detailed = bool(match and match[1])
    return Check(
        subject=SPEC.name,
        name="one export",
        status="warning" if is_detailed else "ok",
        detail=f"{own} is read and {other} is not: the same spend, once",
        remedy=f"Name {other} instead: the standard export is enough for AI services, "
        "and far smaller; put it in the place of this one with --force."
        if is_detailed
        else "",
    )


def _location(bill: ExportTables | CopiedTables, table: str) -> str:
    if isinstance(bill, CopiedTables):
        return f"{table} is in {bill.export.location(table)}"
    # Queries run where the warehouse is, and have found the table there.
    return f"{table} is where the warehouse is"


def _storage() -> Check:
    has_it = find_spec(STORAGE) is not None
    return Check(
        subject=SPEC.name,
        name="storage read api",
        status="ok",
        detail=f"installed; used where {STORAGE_ROLE} is granted"
        if has_it
        else "not installed: rows come by REST, which is slower "
        "(`pip install -e '.[gcp]'`)",
    )


def _ask(bill: ExportTables | CopiedTables, query: str, table: str) -> list[Any]:
    if isinstance(bill, CopiedTables):
        return bill.export.ask(query, table)
    return ask(query, table)
