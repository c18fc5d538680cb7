"""The Google Cloud bill: the usage cost export, standard or detailed.

Loads ``billing_rows``, the rows of AI services with nested columns flattened or as
JSON text, and ``filtered_totals``, what the other services add up to. The bill has no
row id, and the cost of a row is before credits. Where the warehouse is BigQuery the
export need not be copied at all; this source is for everything else.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Self, cast

from dlt.common.configuration import configspec

from extract import landing
from extract.config import target_name
from extract.configured import configured, require_count
from extract.copies import require_parts
from extract.errors import ExtractError
from extract.files import Store
from extract.google import GoogleAccess, require_consistent
from extract.scan import Scan, Totals, subtract
from extract.sources.gcp_billing.asking import export_tables, tables_of
from extract.sources.gcp_billing.copied import SETTING, CopiedTables
from extract.sources.gcp_billing.export_table import ExportTables
from extract.sources.gcp_billing.helpers import question
from extract.sources.gcp_billing.layouts import FOLDER, KEEP_ONE, Layouts, MonthFiles
from extract.sources.gcp_billing.reading import Export
from extract.sources.gcp_billing.settings import (
    KNOWN_BY,
    LOOK_BACK_PERIODS,
    READER_VERSION,
    SERVICE_NAMES,
    SPEC,
)
from extract.units import Delivery, Load, Unit, digest_of
from extract.windows import newest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlt.extract import DltSource

    from extract.units import Loaded


@configspec
class GcpBillingSettings(GoogleAccess):
    """Settings of ``[sources.gcp_billing]``, and how Google Cloud is reached.

    Attributes:
        export_url: ``gs://bucket/prefix`` or ``file://`` folder of extracts.
        export_tables: The export's tables in BigQuery, to copy rows from in place of
            the extracts; several, of different billing accounts, with commas.
        service_names: Services whose rows are landed; % stands for any text.
        look_back_periods: How many months before the newest may still change.
    """

    export_url: str = ""
    export_tables: str = ""
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
        require_consistent(settings, f"sources.{SPEC.name}")
        self.store = Store(
            settings.export_url,
            setting="sources.gcp_billing.export_url",
            access=settings,
        )
        self.layouts = Layouts(store=self.store)

    def __enter__(self) -> Self:
        """Check that the folder is there."""
        self.store.require()
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open."""

    def units(self, _loaded: Loaded = dict) -> list[Unit]:
        """Return a unit for every invoice month, and for every file that tells none."""
        months = self.layouts.look()
        if not months and not self.layouts.unread:
            raise ExtractError(
                f"{self.store.uri()} has no folder <billing account>/{FOLDER}YYYYMM "
                "and no Parquet or JSON files at any depth. Set "
                "sources.gcp_billing.export_url to the folder of the extracts; CSV "
                "cannot hold labels and credits."
            )
        return [
            Unit(
                source=SPEC.name,
                cloud_provider=SPEC.cloud_provider,
                name=month.name,
                billing_period=month.period,
                billing_account_id=month.account,
            )
            for month in months.values()
        ] + [Unit.of_nobody(SPEC.name, key) for key in self.layouts.unread]

    def look_back(self, periods: Sequence[str], _account: str) -> set[str]:
        """Return the newest month and those before it that may still change."""
        return newest(periods, self.settings.look_back_periods + 1)

    def deliver(self, unit: Unit, known: str = "") -> Delivery:  # noqa: ARG002
        """List a month's files."""
        month = self.layouts.look().get(unit.name)
        if one := self.layouts.unread.get(unit.name):
            raise ExtractError(one.error)
        if month is None:
            raise ExtractError(f"{unit.name}: its files have gone. Run again.")
        if month.error:
            raise ExtractError(f"{unit.name}: {month.error}")
        files = month.files
        marks = [READER_VERSION, *sorted(self.settings.service_names)]
        marks += [f"{file.key} {file.size} {file.fingerprint}" for file in files]
        return Delivery(
            unit=unit,
            version=digest_of(marks),
            location=self.store.uri(month.folder),
            files=len(files),
            weight=sum(file.size for file in files),
            content=month,
        )

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads."""
        return landing.as_source(self, loads, "billing_export")

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield the batches of one invoice month, by table."""
        month = cast("MonthFiles", load.delivery.content)
        if not month.files:
            return
        scan = Scan(self.store, [file.key for file in month.files], month.reader)
        try:
            asked = question(
                scan.fields,
                load,
                root=self.store.path(""),
                names=self.settings.service_names,
                is_by_folder=bool(month.folder),
            )
            whole = scan.totals(asked)
            if month.folder:
                month.require_own(whole, self.store.uri(month.folder))
            lines = sum(totals.lines for totals in whole.values())
            require_parts(scan, asked, KNOWN_BY, lines, KEEP_ONE)
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


def open_bill() -> GcpBill | ExportTables | CopiedTables:
    """Return the export that the settings describe: files, or tables of BigQuery."""
    settings = configured(GcpBillingSettings(), SPEC.name)
    section = f"sources.{SPEC.name}"
    require_count(section, "look_back_periods", settings.look_back_periods)
    services, look_back = settings.service_names, settings.look_back_periods
    if target_name() == "bq" and (tables := export_tables()):
        return ExportTables(tables, services, look_back)
    if tables := tables_of(settings.export_tables, SETTING):
        require_consistent(settings, section)
        return CopiedTables(Export(settings), tables, services, look_back)
    if not settings.export_url:
        raise ExtractError(
            f"Nothing says where Google's billing export is: set {SETTING} to its "
            "table in BigQuery, or sources.gcp_billing.export_url to the bucket or "
            "folder that it is extracted to (extract/sources/gcp_billing/README.md)."
        )
    return GcpBill(settings)
