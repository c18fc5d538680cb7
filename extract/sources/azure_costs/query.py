"""Answers of the Query API as a bill: which months can be asked for, and their rows."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from extract import landing
from extract.blob_places import LOOPBACK
from extract.errors import ExtractError
from extract.sources.azure_costs.helpers import version_of
from extract.sources.azure_costs.rows import Month, landed_rows, measure_month
from extract.sources.azure_costs.settings import SPEC
from extract.units import Delivery, Load, Unit
from extract.windows import PERIOD, first_day, periods_back, periods_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.sources.azure_costs.client import CostClient
    from extract.sources.azure_costs.configuration import AzureCostsSettings

# What a landed row takes in memory, to cut a back-fill into batches.
ROW_BYTES = 1_000
RECORDED = "file://"
SCOPE = re.compile(r"\s*/?(subscriptions|providers)/[^/\s]", re.IGNORECASE)


class Query:
    """The costs of some scopes; a unit is one calendar month of one scope."""

    def __init__(self, settings: AzureCostsSettings) -> None:
        """Describe what to ask.

        Args:
            settings: Which scopes to ask, and for what.
        """
        for scope in settings.scopes:
            if not SCOPE.match(scope):
                raise ExtractError(
                    f"sources.azure_costs.scopes has {scope!r}, which is no scope: "
                    "write subscriptions/<id>, "
                    "providers/Microsoft.Billing/billingAccounts/<id> or "
                    "providers/Microsoft.Management/managementGroups/<id>."
                )
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
        self._client = CostClient(base_url, self.settings)
        self._stack.callback(self._client.close)
        return self

    def __exit__(self, *error: object) -> None:
        """Disconnect."""
        self._stack.close()

    @property
    def is_local(self) -> bool:
        """Whether a server or folder on this machine is asked, which needs no token."""
        host = urlsplit(self.settings.base_url).hostname
        return self._folder is not None or host in LOOPBACK

    @property
    def scopes(self) -> list[str]:
        """The scopes to ask, without a leading slash."""
        scopes = [scope.strip("/ ") for scope in self.settings.scopes]
        if self._folder and not scopes:
            scopes = [
                f"subscriptions/{folder.name}"
                for folder in sorted(self._folder.glob("subscriptions/*"))
            ]
        return list(dict.fromkeys(scopes))

    def units(self) -> list[Unit]:
        """Return a unit for every month that can be asked for."""
        if not self.scopes:
            raise ExtractError(
                "sources.azure_costs.scopes is empty. Set it to the scopes to load, "
                'such as ["subscriptions/<id>"] or a billing account; or set '
                "sources.azure_costs.export_url to the folder of an export."
            )
        return [
            Unit(
                source=SPEC.name,
                cloud_provider=SPEC.cloud_provider,
                name=f"{scope}/{period}",
                billing_period=period,
                billing_account_id=scope,
            )
            for scope in self.scopes
            for period in self._periods(scope)
        ]

    def deliver(self, unit: Unit) -> Delivery:
        """Ask for a month: the API has no version, so its answer has to be read."""
        from extract.sources.azure_costs.ask import ask_month  # noqa: PLC0415

        month = ask_month(self.client, self.settings, unit, self._without_amortized)
        answers = month.answers.values()
        return Delivery(
            unit=unit,
            version=version_of(unit.billing_period, month.answers, month.rest),
            location=f"{self.settings.base_url}/{unit.billing_account_id}",
            files=sum(answer.pages for answer in answers),
            weight=sum(answer.rows for answer in answers) * ROW_BYTES,
            content=month,
        )

    @property
    def client(self) -> CostClient:
        """The API."""
        if self._client is None:
            raise AssertionError("the bill is not open")
        return self._client

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield the rows of one month, by table."""
        month = cast("Month", load.delivery.content)
        unit = load.delivery.unit
        rows = landed_rows(load, month)
        measure_month(load, month, rows)
        load.sub_accounts = month.subscriptions
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
