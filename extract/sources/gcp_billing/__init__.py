"""The Google Cloud bill: the detailed usage cost export, as Parquet files.

Loads ``billing_rows``, the rows of AI services with nested columns flattened or as
JSON text, and ``filtered_totals``, what the other services add up to. The bill has no
row id, and the cost of a row is before credits. Where the warehouse is BigQuery the
export need not be copied at all; this source is for everything else.
"""

from __future__ import annotations

import hashlib
from dataclasses import field
from typing import TYPE_CHECKING, Any, Self, cast

import dlt
from dlt.common.configuration import configspec, resolve_configuration
from dlt.common.configuration.specs import BaseConfiguration

from extract import landing
from extract.config import target_name
from extract.errors import ExtractError
from extract.files import Store, StoredFile
from extract.scan import Scan, Totals, subtract
from extract.sources.gcp_billing.asking import export_tables
from extract.sources.gcp_billing.export_table import ExportTables
from extract.sources.gcp_billing.helpers import question
from extract.sources.gcp_billing.settings import (
    LOOK_BACK_PERIODS,
    READER_VERSION,
    SERVICE_NAMES,
    SPEC,
)
from extract.units import Delivery, Load, Unit
from extract.windows import PERIOD, newest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlt.extract import DltSource

FOLDER = "invoice_month="


@configspec
class GcpBillingSettings(BaseConfiguration):
    """Settings of ``[sources.gcp_billing]``.

    Attributes:
        export_url: Folder of ``<billing account>/invoice_month=<YYYYMM>/*.parquet``.
        service_names: Services whose rows are landed; % stands for any text.
        look_back_periods: How many months before the newest may still change.
    """

    export_url: str = None  # type: ignore[assignment]  # dlt's form of "required"
    service_names: list[str] = field(default_factory=SERVICE_NAMES.copy)
    look_back_periods: int = LOOK_BACK_PERIODS


class GcpBill:
    """The export of one or several billing accounts; a unit is one invoice month."""

    spec = SPEC

    def __init__(self, settings: GcpBillingSettings) -> None:
        """Describe the export.

        Args:
            settings: Where it is and what to read of it.
        """
        self.settings = settings
        self.store = Store(
            settings.export_url, setting="sources.gcp_billing.export_url"
        )

    def __enter__(self) -> Self:
        """Check that the folder is there."""
        self.store.require()
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open."""

    def units(self) -> list[Unit]:
        """Return a unit for every invoice month of every billing account."""
        units = []
        for account in self.store.list_folders(""):
            for name in self.store.list_folders(account):
                month = name.removeprefix(FOLDER)
                period = f"{month[:4]}-{month[4:]}"
                if name.startswith(FOLDER) and PERIOD.fullmatch(period):
                    units.append(
                        Unit(
                            source=SPEC.name,
                            cloud_provider=SPEC.cloud_provider,
                            name=f"{account}/{period}",
                            billing_period=period,
                            billing_account_id=account,
                        )
                    )
        if not units:
            raise ExtractError(
                f"{self.store.uri()} has no folder <billing account>/{FOLDER}YYYYMM. "
                "Set sources.gcp_billing.export_url to the folder above the accounts."
            )
        return units

    def look_back(self, periods: Sequence[str], _account: str) -> set[str]:
        """Return the newest month and those before it that may still change."""
        return newest(periods, self.settings.look_back_periods + 1)

    def deliver(self, unit: Unit, known: str = "") -> Delivery:  # noqa: ARG002
        """List a month's files."""
        month = unit.billing_period.replace("-", "")
        folder = f"{unit.billing_account_id}/{FOLDER}{month}"
        files = [
            file
            for file in self.store.list_files(folder)
            if file.key.endswith(".parquet")
        ]
        marks = [READER_VERSION, *sorted(self.settings.service_names)]
        marks += [f"{file.key} {file.size} {file.fingerprint}" for file in files]
        return Delivery(
            unit=unit,
            version=hashlib.sha256("\n".join(marks).encode()).hexdigest()[:32],
            location=self.store.uri(folder),
            files=len(files),
            weight=sum(file.size for file in files),
            content=files,
        )

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads."""
        return gcp_billing(self, loads)

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield the batches of one invoice month, by table."""
        files = cast("list[StoredFile]", load.delivery.content)
        if not files:
            return
        scan = Scan(self.store, [file.key for file in files])
        try:
            asked = question(
                scan.fields,
                load,
                root=self.store.path(""),
                names=self.settings.service_names,
            )
            whole = scan.totals(asked)
            landed: dict[tuple[Any, ...], Totals] = {}
            for batch in scan.lines(asked, landed, load):
                yield SPEC.landed.name, batch
        finally:
            scan.close()
        landing.check_still(self, load)
        rest = subtract(whole, landed)
        landing.measure(load, landed, rest)
        rows = [(load.load_id, *key, x.lines, *x.costs) for key, x in rest.items()]
        yield SPEC.totals.name, landing.table(SPEC.totals, rows)


@dlt.source(
    name="gcp_billing",
    schema_contract={"tables": "evolve", "columns": "evolve", "data_type": "freeze"},
)
def gcp_billing(bill: GcpBill, loads: Sequence[Load]) -> Any:
    """Build the dlt source.

    Args:
        bill: The export.
        loads: The months to land; their measures are filled in while they are read.
    """

    @dlt.resource(name="billing_export", write_disposition="append")
    def billing_export() -> Iterator[Any]:
        yield from landing.land(bill, loads)

    return billing_export


def open_bill() -> GcpBill | ExportTables:
    """Return the export that the settings describe: files or, on BigQuery, tables."""
    sections = ("sources", SPEC.name)
    tables = export_tables() if target_name() == "bq" else []
    if not tables:
        return GcpBill(resolve_configuration(GcpBillingSettings(), sections=sections))
    settings = resolve_configuration(
        GcpBillingSettings(export_url="not read"), sections=sections
    )
    return ExportTables(tables, settings.service_names, settings.look_back_periods)
