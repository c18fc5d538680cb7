"""The Azure bill: the Query API of Microsoft Cost Management.

Loads ``cost_rows``, the daily cost and quantity of AI services by resource, meter and
customer tag, as billed and, where commitments are in use, with them spread; and
``filtered_totals``, what the other services add up to in the month. What the API cannot
tell: which deployment or user a token belongs to, and the unit of a quantity on
agreements without the dimension UnitOfMeasure.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import dlt
from dlt.common.configuration import configspec, resolve_configuration
from dlt.common.configuration.specs import BaseConfiguration

from extract import landing
from extract.errors import ExtractError
from extract.sources.azure_costs.helpers import version_of
from extract.sources.azure_costs.rows import Month, landed_rows, measure_month
from extract.sources.azure_costs.settings import (
    GROUPINGS,
    HISTORY_PERIODS,
    LOOK_BACK_DAYS,
    SERVICE_NAMES,
    SPEC,
    TAG_KEY,
)
from extract.units import Delivery, Load, Unit
from extract.windows import (
    PERIOD,
    first_day,
    last_day,
    periods_back,
    periods_between,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlt.extract import DltSource

    from extract.sources.azure_costs.client import CostClient

# What a landed row takes in memory, to cut a back-fill into batches.
ROW_BYTES = 1_000
RECORDED = "file://"


@configspec
class AzureCostsSettings(BaseConfiguration):
    """Settings of ``[sources.azure_costs]``.

    Attributes:
        base_url: Of the API; a ``file://`` folder of recorded answers is served on a
            free local port while the load lasts.
        scopes: Such as ``subscriptions/<id>``; all recorded ones for a folder.
        service_names: Services whose rows are landed.
        groupings: Dimensions to ask for.
        tag_key: Tag that names the customer; '' for none.
        amortized: Whether to ask for amortized costs, too, which make the effective
            cost of reservations and savings plans.
        history_periods: How many months a first run reads of a live API.
        look_back_days: Months that these days touch are read on every run.
    """

    base_url: str = "https://management.azure.com"
    scopes: list[str] = field(default_factory=list)
    service_names: list[str] = field(default_factory=SERVICE_NAMES.copy)
    groupings: list[str] = field(default_factory=GROUPINGS.copy)
    tag_key: str = TAG_KEY
    amortized: bool = True
    history_periods: int = HISTORY_PERIODS
    look_back_days: int = LOOK_BACK_DAYS


class AzureBill:
    """The costs of some scopes; a unit is one calendar month of one scope."""

    spec = SPEC

    def __init__(self, settings: AzureCostsSettings) -> None:
        """Describe the bill.

        Args:
            settings: Which scopes to ask, and for what.
        """
        self.settings = settings
        self._stack = ExitStack()
        self._client: CostClient | None = None
        self._folder: Path | None = None
        self._without_amortized: set[str] = set()
        if settings.base_url.startswith(RECORDED):
            folder = settings.base_url.removeprefix(RECORDED)
            self._folder = Path(folder).expanduser().resolve()

    def __enter__(self) -> Self:
        """Connect; serve recorded answers if they are what is to be loaded."""
        # Imported here: the settings of this package are read in every run, and Azure's
        # SDK takes its time.
        from extract.sources.azure_costs.client import CostClient  # noqa: PLC0415

        base_url = self.settings.base_url
        if self._folder:
            if not self._folder.is_dir():
                raise ExtractError(
                    f"There is no folder {self._folder}. Set "
                    "sources.azure_costs.base_url to the folder of recorded answers or "
                    "to https://management.azure.com."
                )
            server = import_module("sample_bills.azure_server")
            base_url = self._stack.enter_context(server.serve(self._folder))
        self._client = CostClient(base_url)
        self._stack.callback(self._client.close)
        return self

    def __exit__(self, *error: object) -> None:
        """Disconnect."""
        self._stack.close()

    def units(self) -> list[Unit]:
        """Return a unit for every month that can be asked for."""
        scopes = [scope.strip("/") for scope in self.settings.scopes]
        if self._folder:
            scopes = scopes or [
                f"subscriptions/{folder.name}"
                for folder in sorted(self._folder.glob("subscriptions/*"))
            ]
        if not scopes:
            raise ExtractError(
                "sources.azure_costs.scopes is empty. Set it to the scopes to load, "
                'such as ["subscriptions/<id>"] or a billing account.'
            )
        return [
            Unit(
                source=SPEC.name,
                cloud_provider=SPEC.cloud_provider,
                name=f"{scope}/{period}",
                billing_period=period,
                billing_account_id=scope,
            )
            for scope in scopes
            for period in self._periods(scope)
        ]

    def look_back(self, periods: Sequence[str], _account: str) -> set[str]:
        """Return the months of the days before today, or before the records end."""
        end = min(datetime.now(UTC).date(), last_day(max(periods)))
        days = max(self.settings.look_back_days, LOOK_BACK_DAYS)
        return set(periods_between(end - timedelta(days=days), end))

    def deliver(self, unit: Unit, known: str = "") -> Delivery:  # noqa: ARG002
        """Ask for a month: the API has no version, so its answer has to be read."""
        from extract.sources.azure_costs.ask import ask_month  # noqa: PLC0415

        if self._client is None:
            raise AssertionError("the bill is not open")
        month = ask_month(self._client, self.settings, unit, self._without_amortized)
        answers = month.answers.values()
        return Delivery(
            unit=unit,
            version=version_of(month.rows, month.amortized, month.rest),
            location=f"{self.settings.base_url}/{unit.billing_account_id}",
            files=sum(answer.pages for answer in answers),
            weight=sum(answer.rows for answer in answers) * ROW_BYTES,
            content=month,
        )

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads."""
        return azure_costs(self, loads)

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield the rows of one month, by table."""
        month = cast("Month", load.delivery.content)
        unit = load.delivery.unit
        rows = landed_rows(load, month)
        measure_month(load, month, rows)
        yield SPEC.landed.name, rows
        scope = unit.billing_account_id
        rest = [(load.load_id, scope, unit.billing_period, *row) for row in month.rest]
        yield SPEC.totals.name, landing.table(SPEC.totals, rest)

    def _periods(self, scope: str) -> list[str]:
        if not self._folder:
            today = datetime.now(UTC).date()
            return periods_back(today, self.settings.history_periods)
        folder = self._folder / scope / "query"
        found = sorted(p.name for p in folder.glob("*") if PERIOD.fullmatch(p.name))
        if not found:
            raise ExtractError(
                f"{folder} has no recorded months. Check sources.azure_costs.scopes "
                "and base_url."
            )
        # Months between two recorded ones are asked for as well: they may be empty.
        return periods_between(first_day(found[0]), first_day(found[-1]))


@dlt.source(
    name="azure_costs",
    schema_contract={"tables": "evolve", "columns": "evolve", "data_type": "freeze"},
)
def azure_costs(bill: AzureBill, loads: Sequence[Load]) -> Any:
    """Build the dlt source.

    Args:
        bill: The scopes' costs.
        loads: The months to land; their measures are filled in while they are read.
    """

    @dlt.resource(name="query", write_disposition="append")
    def query() -> Iterator[Any]:
        yield from landing.land(bill, loads)

    return query


def open_bill() -> AzureBill:
    """Return the costs that the settings of ``[sources.azure_costs]`` describe."""
    settings = resolve_configuration(
        AzureCostsSettings(), sections=("sources", SPEC.name)
    )
    return AzureBill(settings)
