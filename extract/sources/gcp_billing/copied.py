"""The Google Cloud bill, copied out of the export's table in BigQuery.

For warehouses elsewhere. Only rows of AI services travel, flattened by BigQuery; what
the other services add up to is landed as totals. A unit is a week of usage of one
invoice month, so that what comes late or is corrected brings no more than its own week
anew. Rows are appended to the export all day: a unit is read up to the export time that
its sums were made at, and what comes later changes its version for the next run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast

from extract import landing
from extract.sources.gcp_billing.columns import ROWS_QUERY, columns_sql
from extract.sources.gcp_billing.listing import list_parts, place_of
from extract.sources.gcp_billing.settings import READER_VERSION, SPEC
from extract.sources.gcp_billing.sums import (
    MONTH,
    Part,
    empty,
    is_ai,
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

    from extract.sources.gcp_billing.reading import Export
    from extract.units import Loaded

SETTING = "sources.gcp_billing.export_tables"
# What comes before a month's first week, such as corrections, is of the first; what is
# after its fourth, of the last.
WEEKS = ("01-07", "08-14", "15-21", "22-31")
WEEK = """least(greatest(div(
    date_diff(date(usage_start_time), parse_date('%Y%m', {month}), day), 7
), 0), 3)""".replace("{month}", MONTH)
KEYS = ("billing_account_id", MONTH, WEEK)
SUMS = sums_query(WEEK)
ROW_BYTES = 500


@dataclass(frozen=True, kw_only=True)
class Content:
    """What reading a unit needs."""

    table: str
    week: int
    parts: Sequence[Part]


class CopiedTables:
    """The export tables of one or several billing accounts; a unit is a week."""

    spec = SPEC

    def __init__(
        self,
        export: Export,
        tables: Sequence[str],
        services: Collection[str],
        look_back_periods: int,
    ) -> None:
        """Describe the export.

        Args:
            export: How BigQuery is asked.
            tables: The tables, as project.dataset.table.
            services: Services whose rows are landed; % stands for any text.
            look_back_periods: How many months before the newest may still change.
        """
        self.export = export
        self.tables = list(tables)
        self.services = sorted(services)
        self.look_back_periods = look_back_periods
        self._table_of: dict[str, str] = {}
        self._sums: dict[str, dict[int, list[Part]]] = {}

    def __enter__(self) -> Self:
        """Nothing is held open."""
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open."""

    def units(self, loaded: Loaded = dict) -> list[Unit]:
        """Return a unit for every week of every invoice month that has rows."""
        self._sums.clear()
        self._table_of.clear()
        units = []
        entries = [entry for entry in loaded().values() if PART in entry.unit]
        for table in self.tables:
            new, old = list_parts(
                self.export.ask, table, KEYS, entries, self.look_back_periods
            )
            found = [
                (account, period_of(table, account, month, SETTING), WEEKS[week])
                for account, month, week in new
            ]
            found += [
                (e.billing_account_id, e.billing_period, e.unit.partition(PART)[2])
                for e in old
            ]
            for account, period, days in found:
                name = f"{account}/{period}"
                other = self._table_of.setdefault(name, table)
                if other != table:
                    raise twice(table, other, name, SETTING)
                units.append(
                    Unit(
                        source=SPEC.name,
                        cloud_provider=SPEC.cloud_provider,
                        name=f"{name}{PART}{days}",
                        billing_period=period,
                        billing_account_id=account,
                    )
                )
        if not units:
            raise empty(self.tables, SETTING)
        return units

    def look_back(self, periods: Sequence[str], _account: str) -> set[str]:
        """Return the newest month and those before it that may still change."""
        return newest(periods, self.look_back_periods + 1)

    def deliver(self, unit: Unit, known: str = "") -> Delivery:  # noqa: ARG002
        """Add up a week; one query does so for all weeks of its month."""
        name, _, days = unit.name.partition(PART)
        table, week = self._table_of[name], WEEKS.index(days)
        if name not in self._sums:
            self._sums[name] = self._add_up(unit, table)
        parts = self._sums[name].get(week, [])
        marks = [READER_VERSION, table, *self.services]
        marks += sorted(str(part) for part in parts)
        landed = sum(part.rows for part in parts if is_ai(part.service, self.services))
        return Delivery(
            unit=unit,
            version=digest_of(marks),
            location=place_of(table),
            files=1,
            weight=landed * ROW_BYTES,
            content=Content(table=table, week=week, parts=parts),
        )

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads."""
        return landing.as_source(self, loads, "billing_export")

    def read(self, load: Load) -> Iterator[tuple[str, Any]]:
        """Yield the rows of one week, by table."""
        content = cast("Content", load.delivery.content)
        rest = measure(load, content.parts, self.services)
        names = {part.service for part in content.parts}
        services = sorted(x for x in names if x and is_ai(x, self.services))
        if services:
            until = max(part.read_until for part in content.parts)
            columns = columns_sql(self.export.fields(content.table))
            query = ROWS_QUERY.replace("{columns}", columns)
            for batch in self.export.stream(
                query.replace("{month}", MONTH).replace("{week}", WEEK),
                content.table,
                **parameters_of(load.delivery.unit),
                week=str(content.week),
                services=services,
                until=until.isoformat(),
                load_id=load.load_id,
                source_file=content.table,
            ):
                yield SPEC.landed.name, batch.cast(SPEC.landed.arrow_schema())
        yield SPEC.totals.name, landing.table(SPEC.totals, rest)

    def _add_up(self, unit: Unit, table: str) -> dict[int, list[Part]]:
        found: dict[int, list[Part]] = {}
        for week, *sums in self.export.ask(SUMS, table, **parameters_of(unit)):
            found.setdefault(week, []).append(Part(*sums))
        return found
