"""The AWS bill: Cost and Usage Reports, delivered to S3.

Reads CUR 2.0 of AWS Data Exports and the legacy report, as Parquet and CSV, in all
their layouts; which one it is, the bucket says. Loads ``cur_line_items``, the lines of
AI services with the columns that are needed, and ``cur_filtered_totals``, what the rest
of the bill adds up to. Words and units are AWS's own, and columns have CUR 2.0's names.
What the report cannot tell: single requests (lines are summed by hour), and users,
unless the export includes the IAM principal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, cast

from dlt.common.configuration import configspec

from extract import landing
from extract.archives import unpacked
from extract.aws import AwsAccess, require_consistent
from extract.configured import configured, require_count
from extract.errors import ExtractError
from extract.files import Store
from extract.readers import reader_of
from extract.scan import Scan, Totals, subtract
from extract.sources.aws_cur.columns import question
from extract.sources.aws_cur.layouts import Layout, find_layout
from extract.sources.aws_cur.manifests import find_files, is_known, read_manifest
from extract.sources.aws_cur.selection import Selection
from extract.sources.aws_cur.settings import (
    AI_MARKETPLACE_PRODUCTS,
    AI_PRODUCT_CODES,
    AI_RESOURCES,
    LOOK_BACK_PERIODS,
    READER_VERSION,
    SPEC,
)
from extract.units import Delivery, Load, Unit
from extract.windows import newest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlt.extract import DltSource

    from extract.files import StoredFile
    from extract.units import Loaded


@configspec
class AwsCurSettings(AwsAccess):
    """Settings of ``[sources.aws_cur]``, and how AWS is reached.

    Attributes:
        bucket_url: ``s3://bucket`` or ``file://`` path of a copy of it.
        prefix: Prefix that the export was given.
        export_name: Name of the export; several, of different payers, with commas.
        ai_product_codes: Product codes whose lines are landed.
        ai_marketplace_products: Product names of the Marketplace whose lines are
            landed; % stands for any text.
        ai_resources: Resource ids whose lines are landed; % stands for any text.
        look_back_periods: How many periods before the newest may still change.
        default_currency: Currency of an export without line_item_currency_code.
        cost_explorer_check: Whether ended months are compared with Cost Explorer,
            for which AWS charges $0.01 a call.
    """

    bucket_url: str = None  # type: ignore[assignment]  # dlt's form of "required"
    prefix: str = "exports"
    export_name: str = "llm-costs"
    ai_product_codes: list[str] = field(default_factory=AI_PRODUCT_CODES.copy)
    ai_marketplace_products: list[str] = field(
        default_factory=AI_MARKETPLACE_PRODUCTS.copy
    )
    ai_resources: list[str] = field(default_factory=AI_RESOURCES.copy)
    look_back_periods: int = LOOK_BACK_PERIODS
    default_currency: str = "USD"
    cost_explorer_check: bool = False


@dataclass(frozen=True, kw_only=True)
class Content:
    """What reading a delivery needs."""

    files: Sequence[StoredFile]
    period: str


class AwsBill:
    """Exports in one bucket; a unit is one billing period of an export."""

    spec = SPEC

    def __init__(self, settings: AwsCurSettings) -> None:
        """Describe the exports.

        Args:
            settings: Where they are and what to read of them.
        """
        self.settings = settings
        section = f"sources.{SPEC.name}"
        require_consistent(settings, section)
        require_count(section, "look_back_periods", settings.look_back_periods)
        if not settings.bucket_url:
            raise ExtractError(
                f"{section}.bucket_url is empty. Set SOURCES__AWS_CUR__BUCKET_URL to "
                "the bucket that the bill is delivered to (s3://…), or to a folder."
            )
        self.store = Store(
            settings.bucket_url,
            setting="sources.aws_cur.bucket_url",
            access=settings,
        )
        self.prefix = settings.prefix.strip("/")
        names = [name.strip() for name in settings.export_name.split(",")]
        self.names = list(dict.fromkeys(name for name in names if name))
        self.selection = Selection(
            product_codes=settings.ai_product_codes,
            marketplace_products=settings.ai_marketplace_products,
            resources=settings.ai_resources,
        )
        self._layouts: dict[str, Layout] = {}
        self._broken: dict[str, ExtractError] = {}

    def __enter__(self) -> Self:
        """Check that the bucket is there."""
        self.store.require(self.prefix)
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open."""

    def units(self, _loaded: Loaded = dict) -> list[Unit]:
        """Return a unit for every period that has a manifest."""
        if not self.names:
            raise ExtractError(
                "sources.aws_cur.export_name is empty: set it to the export's name."
            )
        self._layouts.clear()
        self._broken.clear()
        for name in self.names:
            try:
                self._layouts[name] = find_layout(self.store, self.prefix, name)
            except ExtractError as error:
                if len(self.names) == 1:
                    raise
                self._broken[name] = error
        found = [
            Unit(
                source=SPEC.name,
                cloud_provider=SPEC.cloud_provider,
                name=f"{name}/{period}",
                billing_period=period,
            )
            for name, layout in self._layouts.items()
            for period in layout.periods
        ]
        # One payer's export must not hold up another's; it is told of as a unit.
        return found + [Unit.of_nobody(SPEC.name, name) for name in self._broken]

    def look_back(self, periods: Sequence[str], _account: str) -> set[str]:
        """Return the newest period and those before it that may still change."""
        return newest(periods, self.settings.look_back_periods + 1)

    def deliver(self, unit: Unit, known: str = "") -> Delivery:
        """Read a period's manifest, and look at its files if that is not the known one.

        Args:
            unit: The period.
            known: The version that is loaded.
        """
        if error := self._broken.get(unit.name):
            raise error
        layout, period = self.layout(unit), unit.billing_period
        manifest = read_manifest(
            self.store, layout, period, [READER_VERSION, self.selection.mark()]
        )
        location = self.store.uri(manifest.key)
        # In a bucket AWS overwrites the manifest with the files; on a disk a person
        # may exchange a file, and looking costs nothing.
        if known and not self.store.is_local and is_known(manifest, known):
            return Delivery(
                unit=unit,
                version=known,
                location=location,
                files=0,
                weight=0,
                content=None,
            )
        found = find_files(self.store, layout, period, manifest)
        return Delivery(
            unit=unit,
            version=found.version,
            location=location,
            files=len(found.files),
            weight=sum(file.size for file in found.files),
            content=Content(files=found.files, period=period),
        )

    def layout(self, unit: Unit) -> Layout:
        """Return where the export of a unit lies."""
        name = unit.name.rpartition("/")[0]
        if name not in self._layouts:
            self._layouts[name] = find_layout(self.store, self.prefix, name)
        return self._layouts[name]

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads."""
        return landing.as_source(self, loads, "cur_export")

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield the batches of one period, by table."""
        content = cast("Content", load.delivery.content)
        if not content.files:
            return
        keys = [file.key for file in content.files]
        readers = {reader_of(key) for key in keys}
        if len(readers) > 1:
            raise ExtractError(
                f"{load.delivery.location} lists Parquet and CSV files together; a "
                "delivery has one format. Wait for the next delivery."
            )
        with unpacked(self.store, keys) as store:
            scan = Scan(store, keys, readers.pop())
            try:
                asked = question(
                    scan.fields,
                    load_id=load.load_id,
                    root=store.path(""),
                    selection=self.selection,
                    currency=self.settings.default_currency,
                    period=content.period,
                )
                whole = scan.totals(asked)
                landed: dict[tuple[Any, ...], Totals] = {}
                for batch in scan.lines(asked, landed, load):
                    yield SPEC.landed.name, batch
            finally:
                scan.close()
        landing.check_still(self, load)
        rest = subtract(whole, landed)
        payers = {key[0] for key in whole if key[0]}
        load.billing_account_id = payers.pop() if len(payers) == 1 else ""
        landing.measure(load, landed, rest)
        load.note = self._second_opinion(load)
        rows = [
            (load.load_id, load.delivery.unit.billing_period, *key, x.lines, *x.costs)
            for key, x in rest.items()
        ]
        yield SPEC.totals.name, landing.table(SPEC.totals, rows)

    def _second_opinion(self, load: Load) -> str:
        if not self.settings.cost_explorer_check:
            return ""
        # Imported here: it is off by default.
        from extract.sources.aws_cur.tie_out import tie_out  # noqa: PLC0415

        costs = {name: measure.cost_total for name, measure in load.measures.items()}
        unit = load.delivery.unit
        return tie_out(self.settings, unit.name, unit.billing_period, costs)


def open_bill() -> AwsBill:
    """Return the exports that the settings of ``[sources.aws_cur]`` describe."""
    return AwsBill(configured(AwsCurSettings(), SPEC.name))


__all__ = ["AwsBill", "AwsCurSettings", "open_bill"]
