"""Bills as FOCUS 1.0 to 1.2 files, of AWS, Microsoft and Google Cloud, or of tools.

Loads ``cost_rows``, the charges of AI services with the columns that are needed, and
``filtered_totals``, what the rest of each bill adds up to. Words and units are those of
the files. What FOCUS cannot tell: the IAM principal that called, the product behind a
SKU where a provider leaves out its own columns, and often the model of a marketplace
offer. The providers' native bills say more; load each bill by one of the two.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Self, cast

from dlt.common.configuration import configspec

from extract import landing
from extract.aws import AwsAccess, require_consistent
from extract.azure import AzureAccess, require_consistent_azure
from extract.config import CLOUDS_VARIABLE
from extract.configured import configured, require_count
from extract.copies import require_parts
from extract.errors import ExtractError
from extract.files import Store
from extract.scan import Scan, Totals, subtract
from extract.sources.focus_costs.contents import BillFiles, Contents, scope_of
from extract.sources.focus_costs.helpers import Columns, bill_keys, question
from extract.sources.focus_costs.settings import (
    KEEP_ONE,
    KNOWN_BY,
    LOOK_BACK_PERIODS,
    READER_VERSION,
    SERVICE_CATEGORIES,
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
class FocusCostsSettings(AwsAccess, AzureAccess):
    """Settings of ``[sources.focus_costs]``, and how AWS and Azure are reached.

    Attributes:
        export_url: ``s3://bucket/prefix``, a container of a storage account, or a
            ``file://`` folder of FOCUS files.
        service_names: Services whose rows are landed; % stands for any text.
        service_categories: Service categories whose rows are landed.
        ignored_providers: Providers whose bills are left out, by ProviderName.
        look_back_periods: How many months before the newest may still change.
    """

    export_url: str = ""
    service_names: list[str] = field(default_factory=SERVICE_NAMES.copy)
    service_categories: list[str] = field(default_factory=SERVICE_CATEGORIES.copy)
    ignored_providers: list[str] = field(default_factory=list)
    look_back_periods: int = LOOK_BACK_PERIODS


class FocusBill:
    """A folder of FOCUS files; a unit is one month of one provider's account."""

    spec = SPEC

    def __init__(self, settings: FocusCostsSettings) -> None:
        """Describe the folder.

        Args:
            settings: Where it is and what to read of it.
        """
        self.settings = settings
        section = f"sources.{SPEC.name}"
        require_consistent(settings, section)
        require_consistent_azure(settings, section)
        require_count(section, "look_back_periods", settings.look_back_periods)
        self.store = Store(
            settings.export_url,
            setting="sources.focus_costs.export_url",
            access=settings,
        )
        ignored = {name.lower() for name in settings.ignored_providers}
        self.contents = Contents(store=self.store, ignored=ignored)

    def __enter__(self) -> Self:
        """Check that the folder is there."""
        self.store.require()
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open."""

    def units(self, _loaded: Loaded = dict) -> list[Unit]:
        """Return a unit for every bill, and one for every folder that is broken."""
        bills, broken = self.contents.look()
        if not bills and not broken:
            raise ExtractError(
                f"{self.store.uri()} has no Parquet or CSV files, at any depth. Set "
                "sources.focus_costs.export_url to the folder of the FOCUS files."
            )
        units = [
            Unit(
                source=SPEC.name,
                cloud_provider=bill.cloud_provider,
                name=bill.name,
                billing_period=bill.period,
                billing_account_id=bill.account,
            )
            for bill in bills.values()
        ]
        return units + [
            Unit.of_nobody(
                SPEC.name, _broken_name(export.folder, export.period), export.period
            )
            for export in broken
        ]

    def look_back(self, periods: Sequence[str], _account: str) -> set[str]:
        """Return the newest month and those before it that may still change."""
        return newest(periods, self.settings.look_back_periods + 1)

    def deliver(self, unit: Unit, known: str = "") -> Delivery:  # noqa: ARG002
        """List a bill's files."""
        bills, broken = self.contents.look()
        for export in broken:
            if _broken_name(export.folder, export.period) == unit.name:
                raise ExtractError(export.error)
        bill = bills.get(unit.name)
        if bill is None:
            raise ExtractError(f"{unit.name}: its files have gone. Run again.")
        if bill.error:
            raise ExtractError(f"{unit.name}: {bill.error}")
        settings = self.settings
        marks = [READER_VERSION, *sorted(settings.service_names), "in"]
        marks += [*sorted(settings.service_categories), *sorted(bill.marks)]
        marks += [f"{file.key} {file.size} {file.fingerprint}" for file in bill.files]
        return Delivery(
            unit=unit,
            version=digest_of(marks),
            location=", ".join(
                self.store.uri(folder) for folder in sorted(bill.folders)
            ),
            files=len(bill.files),
            weight=sum(file.size for file in bill.files),
            content=bill,
        )

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads."""
        return landing.as_source(self, loads, "focus_files")

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield the batches of one bill, by table."""
        bill = cast("BillFiles", load.delivery.content)
        load.sub_accounts = frozenset(bill.sub_accounts) - {""}
        scan = Scan(self.store, [file.key for file in bill.files], bill.reader)
        try:
            columns = Columns(scan.fields)
            asked = question(
                columns,
                load,
                root=self.store.path(""),
                scope=scope_of(bill, bill_keys(columns)),
                names=self.settings.service_names,
                categories=self.settings.service_categories,
            )
            whole = scan.totals(asked)
            if bill.layouts & {"plain"}:
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
        rows = [
            (load.load_id, bill.period, *key, x.lines, *x.costs)
            for key, x in rest.items()
        ]
        yield SPEC.totals.name, landing.table(SPEC.totals, rows)


def open_bill() -> FocusBill:
    """Return the folder that the settings of ``[sources.focus_costs]`` describe."""
    settings = configured(FocusCostsSettings(), SPEC.name)
    if not settings.export_url:
        raise ExtractError(
            "FOCUS files are to be loaded, but sources.focus_costs.export_url is not "
            "set. Set SOURCES__FOCUS_COSTS__EXPORT_URL to their folder or bucket, or "
            f"take focus out of {CLOUDS_VARIABLE}."
        )
    return FocusBill(settings)


def _broken_name(folder: str, period: str) -> str:
    return "/".join(part for part in (folder or ".", period) if part)
