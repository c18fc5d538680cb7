"""The Google Cloud bill, read in place: the export's table in BigQuery.

Where the warehouse is BigQuery, the export is not copied: dbt reads the rows of AI
services out of the export itself. Only what the other services add up to is landed, and
the ledger says, for each billing account and invoice month, how many rows there are,
what they cost, and until which export time they count. Rows that come later are not
seen until the next run writes a new entry.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast

import dlt

from extract import landing
from extract.errors import ExtractError
from extract.sources.gcp_billing.asking import EXPORT_VARIABLE, ask
from extract.sources.gcp_billing.settings import READER_VERSION, SPEC
from extract.units import Delivery, Load, Unit
from extract.windows import PERIOD, newest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime
    from decimal import Decimal

    from dlt.extract import DltSource

# A row without an invoice month is of the bill of its usage: Google's months are those
# of US/Pacific. dbt says the same in the macro gcp_invoice_month.
MONTH = """coalesce(
    nullif(invoice.month, ''),
    format_timestamp('%Y%m', usage_start_time, 'US/Pacific')
)"""
# Three short columns; no filter, because only this tells which months there are.
UNITS = """
    select distinct billing_account_id, {month}
    from `{table}`
    where _PARTITIONTIME is not null
""".replace("{month}", MONTH)
# A row of an invoice month is exported after the month has begun, so older partitions
# hold none of it and are not read.
TOTALS = """
    select
        service.id,
        service.description,
        cost_type,
        currency,
        count(*),
        sum(cast(cost as numeric)),
        sum(cast(
            (select coalesce(sum(c.amount), 0) from unnest(credits) as c) as numeric
        )),
        min(usage_start_time),
        max(usage_start_time),
        max(export_time)
    from `{table}`
    where _PARTITIONTIME >= timestamp(@first_day)
        and billing_account_id = @account
        and {month} = @month
    group by service.id, service.description, cost_type, currency
""".replace("{month}", MONTH)


@dataclass(frozen=True)
class Part:
    """What one service adds up to, by type of cost and currency."""

    service_id: str | None
    service: str | None
    cost_type: str | None
    currency: str | None
    rows: int
    cost: Decimal
    credits: Decimal
    first_usage_at: datetime
    last_usage_at: datetime
    read_until: datetime


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

    def units(self) -> list[Unit]:
        """Return a unit for every invoice month of every billing account."""
        units = []
        for table in self.tables:
            for account, month in ask(UNITS, table):
                period = f"{(month or '')[:4]}-{(month or '')[4:]}"
                if not (account and PERIOD.fullmatch(period)):
                    raise ExtractError(
                        f"{table} has rows of billing account {account!r} and invoice "
                        f"month {month!r}, which belong to no bill. Check in "
                        f"{EXPORT_VARIABLE} that it is the export's own table."
                    )
                name = f"{account}/{period}"
                if name in self._table_of:
                    raise ExtractError(
                        f"{table} and {self._table_of[name]} both hold {name}: the "
                        "standard and the detailed export are the same spend twice. "
                        f"Name one of them in {EXPORT_VARIABLE}."
                    )
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
            raise ExtractError(
                f"{', '.join(self.tables)} has no rows yet. The export fills within a "
                f"day or two; check {EXPORT_VARIABLE}."
            )
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
        rows = ask(
            TOTALS,
            table,
            first_day=f"{unit.billing_period}-01",
            account=unit.billing_account_id,
            month=unit.billing_period.replace("-", ""),
        )
        parts = [Part(*row) for row in rows]
        marks = [READER_VERSION, table, *self.services]
        marks += sorted(str(part) for part in parts)
        return Delivery(
            unit=unit,
            version=hashlib.sha256("\n".join(marks).encode()).hexdigest()[:32],
            location=f"bigquery://{table}",
            files=1,
            weight=0,
            content=parts,
        )

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads' totals."""
        return export_table(self, loads)

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Measure one invoice month, and yield what is not AI in it as totals."""
        unit = load.delivery.unit
        rest = []
        for part in cast("list[Part]", load.delivery.content):
            measure = load.measure(part.currency or "")
            cost = part.cost + part.credits
            last, first = part.last_usage_at, part.first_usage_at
            measure.last_usage_at = max(measure.last_usage_at or last, last)
            load.read_until = max(load.read_until or part.read_until, part.read_until)
            if self._is_ai(part.service or ""):
                measure.landed_rows += part.rows
                measure.landed_cost += cost
                measure.first_usage_at = min(measure.first_usage_at or first, first)
            else:
                measure.filtered_rows += part.rows
                measure.filtered_cost += cost
                key = (unit.billing_account_id, unit.billing_period.replace("-", ""))
                kind = (part.service_id, part.service, part.cost_type, part.currency)
                sums = (part.rows, part.cost, part.credits)
                rest.append((load.load_id, *key, *kind, *sums))
        yield SPEC.totals.name, landing.table(SPEC.totals, rest)

    def _is_ai(self, service: str) -> bool:
        return any(
            re.fullmatch(re.escape(name).replace("%", ".*"), service)
            for name in self.services
        )


@dlt.source(
    name="gcp_billing",
    schema_contract={"tables": "evolve", "columns": "evolve", "data_type": "freeze"},
)
def export_table(bill: ExportTables, loads: Sequence[Load]) -> Any:
    """Build the dlt source.

    Args:
        bill: The export.
        loads: The months to land; their measures are filled in while they are read.
    """

    @dlt.resource(name="billing_export", write_disposition="append")
    def billing_export() -> Iterator[Any]:
        yield from landing.land(bill, loads)

    return billing_export
