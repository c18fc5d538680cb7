"""The AWS bill: Cost and Usage Report 2.0, delivered to S3 by AWS Data Exports.

Loads ``cur_line_items``, the lines of AI services with the columns that are needed, and
``cur_filtered_totals``, what the rest of the bill adds up to. Words and units are AWS's
own. What the report cannot tell: single requests (lines are summed by hour), and users,
unless the export includes the IAM principal.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Self, cast

import dlt
from dlt.common.configuration import configspec, resolve_configuration
from dlt.common.configuration.specs import BaseConfiguration

from extract import landing
from extract.errors import ExtractError
from extract.files import Store
from extract.scan import Scan, Totals, subtract
from extract.sources.aws_cur.helpers import Manifest, question, read_manifest
from extract.sources.aws_cur.settings import (
    AI_PRODUCT_CODES,
    LOOK_BACK_PERIODS,
    SPEC,
)
from extract.units import Delivery, Load, Unit
from extract.windows import PERIOD, newest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlt.extract import DltSource

FOLDER = "BILLING_PERIOD="


@configspec
class AwsCurSettings(BaseConfiguration):
    """Settings of ``[sources.aws_cur]``.

    Attributes:
        bucket_url: ``s3://bucket`` or ``file://`` path of a copy of it.
        prefix: Prefix that the export was given.
        export_name: Name of the export.
        ai_product_codes: Product codes whose lines are landed.
        look_back_periods: How many periods before the newest may still change.
        default_currency: Currency of an export without line_item_currency_code.
        profile: AWS profile; the standard credential chain by default.
        endpoint_url: Another S3 endpoint.
    """

    bucket_url: str = None  # type: ignore[assignment]  # dlt's form of "required"
    prefix: str = "exports"
    export_name: str = "llm-costs"
    ai_product_codes: list[str] = field(default_factory=AI_PRODUCT_CODES.copy)
    look_back_periods: int = LOOK_BACK_PERIODS
    default_currency: str = "USD"
    profile: str = ""
    endpoint_url: str = ""


class AwsBill:
    """One CUR 2.0 export; a unit is one billing period of it."""

    spec = SPEC

    def __init__(self, settings: AwsCurSettings) -> None:
        """Describe the export.

        Args:
            settings: Where it is and what to read of it.
        """
        self.settings = settings
        self.store = Store(
            settings.bucket_url,
            setting="sources.aws_cur.bucket_url",
            profile=settings.profile,
            endpoint_url=settings.endpoint_url,
        )
        prefix = settings.prefix.strip("/")
        self.folder = f"{prefix}/{settings.export_name}".lstrip("/")

    def __enter__(self) -> Self:
        """Check that the bucket is there."""
        self.store.require()
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open."""

    def units(self) -> list[Unit]:
        """Return a unit for every period that has a manifest."""
        names = self.store.list_folders(f"{self.folder}/metadata")
        periods = [name.removeprefix(FOLDER) for name in names if FOLDER in name]
        if not periods:
            raise ExtractError(self._no_export())
        return [
            Unit(
                source=SPEC.name,
                cloud_provider=SPEC.cloud_provider,
                name=f"{self.settings.export_name}/{period}",
                billing_period=period,
            )
            for period in periods
            if PERIOD.fullmatch(period)
        ]

    def look_back(self, periods: Sequence[str]) -> set[str]:
        """Return the newest period and those before it that may still change."""
        return newest(periods, self.settings.look_back_periods + 1)

    def deliver(self, unit: Unit) -> Delivery:
        """Read a period's manifest."""
        manifest = read_manifest(
            self.store,
            self.folder,
            self.settings.export_name,
            unit.billing_period,
            self.settings.ai_product_codes,
        )
        return Delivery(
            unit=unit,
            version=manifest.version,
            location=self.store.uri(manifest.key),
            files=len(manifest.files),
            weight=sum(file.size for file in manifest.files),
            content=manifest,
        )

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads."""
        return aws_cur(self, loads)

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield the batches of one period, by table."""
        manifest = cast("Manifest", load.delivery.content)
        if not manifest.files:
            return
        scan = Scan(self.store, [file.key for file in manifest.files])
        try:
            asked = question(
                scan.fields,
                load_id=load.load_id,
                root=self.store.path(""),
                codes=self.settings.ai_product_codes,
                currency=self.settings.default_currency,
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
        rows = [
            (load.load_id, load.delivery.unit.billing_period, *key, x.lines, *x.costs)
            for key, x in rest.items()
        ]
        yield SPEC.totals.name, landing.table(SPEC.totals, rows)

    def _no_export(self) -> str:
        prefix = self.settings.prefix.strip("/")
        others = self.store.list_folders(prefix)
        found = f"; it holds {', '.join(others)}" if others else ", nor anything else"
        return (
            f"There is no export {self.settings.export_name!r} below "
            f"{self.store.uri(prefix)}{found}. Set sources.aws_cur.prefix and "
            "export_name to the export's."
        )


@dlt.source(
    name="aws_cur",
    schema_contract={"tables": "evolve", "columns": "evolve", "data_type": "freeze"},
)
def aws_cur(bill: AwsBill, loads: Sequence[Load]) -> Any:
    """Build the dlt source.

    Args:
        bill: The export.
        loads: The periods to land; their measures are filled in while they are read.
    """

    @dlt.resource(name="cur_export", write_disposition="append")
    def cur_export() -> Iterator[Any]:
        yield from landing.land(bill, loads)

    return cur_export


def open_bill() -> AwsBill:
    """Return the export that the settings of ``[sources.aws_cur]`` describe."""
    settings = resolve_configuration(AwsCurSettings(), sections=("sources", SPEC.name))
    return AwsBill(settings)


__all__ = ["AwsBill", "AwsCurSettings", "aws_cur", "open_bill"]
