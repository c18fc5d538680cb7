"""The Google Cloud bill, read in place: the export's table in BigQuery.

Where the warehouse is BigQuery, the export is not copied: dbt reads the rows of AI
services out of the export itself. Only what the other services add up to is landed, and
the ledger says, for each billing account and invoice month, how many rows there are,
what they cost, and until which export time they count. Rows that come later are not
seen until the next run writes a new entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, cast

from extract import landing
from extract.sources.gcp_billing.asking import EXPORT_VARIABLE, ask
from extract.sources.gcp_billing.listing import list_parts, place_of
from extract.sources.gcp_billing.settings import READER_VERSION, SPEC
from extract.sources.gcp_billing.sums import (
    MONTH,
    Part,
    empty,
    measure,
    parameters_of,
    period_of,
    sums_query,
    twice,
)
from extract.units import PART, Delivery, Load, Unit, digest_of
from extract.windows import newest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from dlt.extract import DltSource

    from extract.units import Loaded

KEYS = ("billing_account_id", MONTH)
TOTALS = sums_query()


class ExportTables:
    """The export tables of one or several billing accounts; a unit is a month."""

    spec = SPEC

    def __init__(
        self, tables: Sequence[str], services: Collection[str], look_back_periods: int
    ) -> None:
        """Describe the export.

        Args:
            tables: The tables, as project.dataset.table.
            services: Services whose rows count as AI; % stands for any text.
            look_back_periods: How many months before the newest may still change.
        """
        self.tables = list(tables)
        self.services = sorted(services)
        self.look_back_periods = look_back_periods
        self._table_of: dict[str, str] = {}
        self._first_periods: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Nothing is held open."""
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open."""

    def units(self, loaded: Loaded = dict) -> list[Unit]:
        """Return a unit for every invoice month of every billing account."""
        units = []
        # Weeks of months that were copied before are no months of this export.
        entries = [entry for entry in loaded().values() if PART not in entry.unit]
        for table in self.tables:
            new, old = list_parts(ask, table, KEYS, entries, self.look_back_periods)
            found = [
                (account, period_of(table, account, month, EXPORT_VARIABLE))
                for account, month in new
            ]
            found += [(e.billing_account_id, e.billing_period) for e in old]
            for account, period in found:
                name = f"{account}/{period}"
                if other := self._table_of.get(name):
                    raise twice(table, other, name, EXPORT_VARIABLE)
                self._table_of[name] = table
                first = self._first_periods.get(account, period)
                self._first_periods[account] = min(first, period)
                units.append(
                    Unit(
                        source=SPEC.name,
                        cloud_provider=SPEC.cloud_provider,
                        name=name,
                        billing_period=period,
                        billing_account_id=account,
                    )
                )
        if not units:
            raise empty(self.tables, EXPORT_VARIABLE)
        return units

    def look_back(self, periods: Sequence[str], account: str) -> set[str]:
        """Return the newest month and those before it that may still change.

        An account's months before its first in the export came from files: the export
        cannot lose them, whenever other accounts' begin. An account that no table has
        can have no bill of these months at all, and is told of.
        """
        restated = newest(periods, self.look_back_periods + 1)
        first = self._first_periods.get(account, "")
        return {period for period in restated if period >= first}

    def deliver(self, unit: Unit, known: str = "") -> Delivery:  # noqa: ARG002
        """Add up a month of the export, all its services at once."""
        table = self._table_of[unit.name]
        rows = ask(TOTALS, table, **parameters_of(unit))
        parts = [Part(*row) for row in rows]
        marks = [READER_VERSION, table, *self.services]
        marks += sorted(str(part) for part in parts)
        return Delivery(
            unit=unit,
            version=digest_of(marks),
            location=place_of(table),
            files=1,
            weight=0,
            content=parts,
        )

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads' totals."""
        return landing.as_source(self, loads, "billing_export")

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Measure one invoice month, and yield what is not AI in it as totals."""
        parts = cast("list[Part]", load.delivery.content)
        rest = measure(load, parts, self.services)
        load.read_until = max((part.read_until for part in parts), default=None)
        yield SPEC.totals.name, landing.table(SPEC.totals, rest)
