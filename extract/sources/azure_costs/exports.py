"""Exports in a storage account or a folder: which months there are, and their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from extract import landing
from extract.errors import ExtractError
from extract.files import Store
from extract.scan import subtract
from extract.sources.azure_costs.export_reading import ask_period, reading
from extract.sources.azure_costs.export_totals import (
    by_charge,
    by_service,
    measure,
    measure_repeated,
    require_actual,
    told_scope,
)
from extract.sources.azure_costs.helpers import provisional_from
from extract.sources.azure_costs.layouts import UNIT, Month, find_months
from extract.sources.azure_costs.settings import (
    ACTUAL,
    AMORTIZED,
    EXPORT_READER_VERSION,
    SPEC,
)
from extract.units import Delivery, Load, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extract.files import StoredFile
    from extract.scan import Totals
    from extract.sources.azure_costs.configuration import AzureCostsSettings
    from extract.unread import Unread

SETTING = "sources.azure_costs.export_url"


class Exports:
    """The exports below one folder; a unit is one month of one scope."""

    spec = SPEC

    def __init__(self, settings: AzureCostsSettings) -> None:
        """Describe the folder.

        Args:
            settings: Where it is and what to read of it.
        """
        self.settings = settings
        self.store = Store(settings.export_url, setting=SETTING, access=settings)
        self.months: dict[str, Month] = {}
        self.unread: list[Unread] = []
        self._periods: dict[StoredFile, str] = {}

    @staticmethod
    def has(unit: Unit) -> bool:
        """Whether a unit is one of exports."""
        return unit.name.startswith(UNIT)

    def units(self) -> list[Unit]:
        """Return a unit for every month of every scope, and for what is of no month."""
        self.store.require()
        self.months, self.unread = self._find(self.store.list_everything())
        if not self.months and not self.unread:
            named = ", ".join(self.settings.export_names)
            raise ExtractError(
                f"{self.store.uri()} has no exports of costs"
                + (f" that are called {named}" if named else "")
                + ", at any depth, as CSV (also zipped or gzipped) or Parquet. Set "
                f"{SETTING} to the folder that the export writes to; its first run "
                "takes up to a day."
            )
        return [
            Unit(
                source=SPEC.name,
                cloud_provider=SPEC.cloud_provider,
                name=month.name,
                billing_period=month.period,
                billing_account_id=month.scope,
            )
            for month in self.months.values()
        ] + [Unit.of_nobody(SPEC.name, f"{UNIT}{one.key}") for one in self.unread]

    def deliver(self, unit: Unit, known: str = "") -> Delivery:  # noqa: ARG002
        """Look at the newest runs of a month."""
        month = self._month(unit)
        settings = self.settings
        newest = provisional_from(unit.billing_period)
        marks = [EXPORT_READER_VERSION, f"{settings.amortized}", f"{newest}"]
        marks += sorted(name.lower() for name in settings.service_names)
        files = [file for run in month.all_runs for file in run.files]
        return Delivery(
            unit=unit,
            version=month.version(marks),
            location=", ".join(self.store.uri(key) for key in month.folders),
            files=len(files),
            weight=sum(file.size for file in files),
            content=month,
        )

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield the batches of one month, by table."""
        month = cast("Month", load.delivery.content)
        services, runs = self.settings.service_names, month.runs[ACTUAL]
        landed: dict[tuple[Any, ...], Totals] = {}
        whole: Mapping[tuple[Any, ...], Totals] = {}
        if any(run.files for run in runs):
            with reading(
                self.store, runs, load=load, cost_type=ACTUAL, services=services
            ) as files:
                whole = files.totals()
                files.require_parts(whole)
                require_actual(whole, self.store.uri(runs[0].export))
                files.scope = month.scope or told_scope(whole, month.bill)
                load.billing_account_id = files.scope
                load.sub_accounts = frozenset(key[1].lower() for key in whole if key[1])
                for batch in files.lines(landed):
                    yield SPEC.landed.name, batch
        yield from self._amortized(load, month, landed)
        landing.check_still(self, load)
        rest = by_service(subtract(whole, landed))
        measure(load, landed, rest)
        rows = [
            (
                load.load_id,
                load.billing_account_id,
                month.period,
                service,
                charge,
                currency,
                totals.costs[0],
                subscription,
            )
            for (subscription, service, charge, currency), totals in rest.items()
        ]
        yield SPEC.totals.name, landing.table(SPEC.totals, rows)

    def _amortized(
        self, load: Load, month: Month, actual: Mapping[tuple[Any, ...], Totals]
    ) -> Iterator[tuple[str, Any]]:
        """Yield the same services with commitments spread, where that differs."""
        runs = month.runs.get(AMORTIZED, [])
        if not self.settings.amortized or not any(run.files for run in runs):
            return
        spread: dict[tuple[Any, ...], Totals] = {}
        with reading(
            self.store,
            runs,
            load=load,
            cost_type=AMORTIZED,
            services=self.settings.service_names,
            scope=load.billing_account_id,
        ) as files:
            whole = files.totals(is_ai=True)
            files.require_parts(whole)
            if by_charge(whole) == by_charge(actual):
                return
            for batch in files.lines(spread):
                yield SPEC.landed.name, batch
        measure_repeated(load, spread)

    def _month(self, unit: Unit) -> Month:
        """Return what a month's folders hold right now."""
        for one in self.unread:
            if unit.name == f"{UNIT}{one.key}":
                raise ExtractError(one.error)
        month = self.months.get(unit.name)
        if month and not month.error:
            files: dict[str, StoredFile] = {}
            for folder in month.folders:
                files |= {file.key: file for file in self.store.list_everything(folder)}
            # Without them it would be another bill, wherever no manifest of its own is.
            found, _ = self._find(files.values(), month.scopes)
            month = found.get(unit.name)
        if month is None:
            raise ExtractError(f"{unit.name}: its files have gone. Run again.")
        if month.error:
            raise ExtractError(f"{unit.name}: {month.error}")
        return month

    def _find(
        self, files: Iterable[StoredFile], scopes: Mapping[str, str] | None = None
    ) -> tuple[dict[str, Month], list[Unread]]:
        names = self.settings.export_names
        return find_months(self.store, files, self._period_of, names, scopes)

    def _period_of(self, file: StoredFile) -> str:
        if file not in self._periods:
            self._periods[file] = ask_period(self.store, file)
        return self._periods[file]
