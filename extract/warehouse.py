"""The warehouse's side of a load: tables, appended rows, check, publish, prune.

Rows are appended under a new load id and are invisible until the ledger names that id.
Publishing is one insert into the ledger, which is atomic on every warehouse, so several
tables switch together and a run that dies anywhere leaves the last good state.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from extract import ledger
from extract.config import LEDGER_DATASET, Target
from extract.datasets import explained, make_tables, open_pipeline
from extract.units import SourceSpec, load_id_time
from extract.usage_table import COUNTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from contextlib import AbstractContextManager

    import dlt
    from dlt.extract import DltSource

    from extract.columns import Table

# A load that is older cannot still be going on: the longest back-fill publishes a batch
# every few minutes.
ORPHAN_AGE = timedelta(hours=24)
# Warehouses limit the parameters of one statement; SQL Server's 2,100 is the lowest.
PARAMETERS = 1_000


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """Rows and cost of a load in one currency, as the warehouse counts them."""

    rows: int
    cost: Decimal


def open_ledger(target: Target, destination: Any) -> dlt.Pipeline:
    """Open the ledger of all sources, made if it is missing with what is beside it."""
    with explained(target.destination, "prepared"):
        pipeline = open_pipeline("load_ledger", destination, LEDGER_DATASET)
        make_tables(pipeline, "load_ledger", [ledger.TABLE, COUNTED])
    return pipeline


class Warehouse:
    """One source's dataset, and the ledger, in the current target."""

    def __init__(
        self, target: Target, destination: Any, spec: SourceSpec, books: dlt.Pipeline
    ) -> None:
        """Open the dataset and make what tables are missing.

        Args:
            target: The target.
            destination: Its open dlt destination.
            spec: The source.
            books: The open ledger.
        """
        self.target = target
        self.spec = spec
        self._ledger_pipeline = books
        with self._explained("prepared"):
            self.pipeline = open_pipeline(spec.name, destination, spec.dataset)
            make_tables(self.pipeline, spec.name, [spec.landed, spec.totals])

    def append(self, source: DltSource) -> None:
        """Append what a source yields."""
        with self._explained("written"):
            self.pipeline.run(source, **self.target.load_options)

    def entries(self) -> dict[str, ledger.Entry]:
        """Return the current ledger entry of every unit of the source."""
        columns = ", ".join(ledger.TABLE.columns)
        with self._sql(self._ledger_pipeline) as client:
            table = client.make_qualified_table_name(ledger.TABLE.name)
            rows = client.execute_sql(
                f"select {columns} from {table} where source = %s",  # noqa: S608
                self.spec.name,
            )
        return ledger.current_entries(rows or [])

    def entries_of_others(self) -> list[ledger.Entry]:
        """Return the current ledger entries of all other sources."""
        columns = ", ".join(ledger.TABLE.columns)
        with self._sql(self._ledger_pipeline) as client:
            table = client.make_qualified_table_name(ledger.TABLE.name)
            rows = client.execute_sql(
                f"select {columns} from {table} where source <> %s",  # noqa: S608
                self.spec.name,
            )
        place = list(ledger.TABLE.columns).index("source")
        sources = {row[place] for row in rows or []}
        return [
            entry
            for source in sorted(sources)
            for entry in ledger.current_entries(
                row for row in rows or [] if row[place] == source
            ).values()
        ]

    def with_sub_accounts(
        self, entries: Collection[ledger.Entry]
    ) -> list[ledger.Entry]:
        """Return own entries with the parts of accounts that their rows name."""
        if not self.spec.sub_accounts:
            return list(entries)
        found: dict[str, set[str]] = {entry.load_id: set() for entry in entries}
        column = self.spec.sub_accounts
        with self._sql(self.pipeline) as client:
            for table in (self.spec.landed, self.spec.totals):
                name = client.make_qualified_table_name(table.name)
                for part in _parts(sorted(found)):
                    rows = client.execute_sql(
                        f"select distinct load_id, {column} from {name} "  # noqa: S608
                        f"where load_id in ({_marks(len(part))})",
                        *part,
                    )
                    for load_id, account in rows or []:
                        found[load_id] |= {account} if account else set()
        return [
            replace(entry, sub_accounts=frozenset(found[entry.load_id]))
            for entry in entries
        ]

    def arrived(
        self, load_ids: Collection[str]
    ) -> dict[tuple[str, bool, str, str], Arrived]:
        """Count what arrived, by table, whether it is billed, load id and currency."""
        found = {}
        countings = [(self.spec.landed, True), (self.spec.totals, True)]
        if self.spec.landed.billed_when:
            countings.append((self.spec.landed, False))
        with self._sql(self.pipeline) as client:
            for table, is_billed in countings:
                for part in _parts(sorted(load_ids)):
                    query = self._count(client, table, len(part), is_billed=is_billed)
                    rows = client.execute_sql(query, *part)
                    for load_id, currency, count, cost in rows or []:
                        key = (table.name, is_billed, load_id, currency or "")
                        found[key] = Arrived(rows=int(count), cost=Decimal(cost or 0))
        return found

    def daily_costs(
        self, load_ids: Collection[str]
    ) -> dict[str, dict[tuple[int, str], Decimal]]:
        """Add up what is billed of some loads, by load, day and currency."""
        landed = self.spec.landed
        found: dict[str, dict[tuple[int, str], Decimal]] = {}
        cost = " + ".join(
            f"sum(cast(coalesce({column}, 0) as {self.target.money}))"
            for column in landed.costs
        )
        with self._sql(self.pipeline) as client:
            name = client.make_qualified_table_name(landed.name)
            for part in _parts(sorted(load_ids)):
                rows = client.execute_sql(
                    f"select load_id, {landed.day}, {landed.currency}, {cost} "  # noqa: S608
                    f"from {name} where load_id in ({_marks(len(part))}) "
                    f"and ({landed.billed_when or '1 = 1'}) "
                    f"group by load_id, {landed.day}, {landed.currency}",
                    *part,
                )
                for load_id, day, currency, total in rows or []:
                    days = found.setdefault(load_id, {})
                    days[int(day), currency or ""] = Decimal(total or 0)
        return found

    def publish(self, rows: Sequence[Sequence[Any]]) -> None:
        """Make loads the current ones of their units."""
        columns = ", ".join(ledger.TABLE.columns)
        # Not every driver can tell the type of a parameter that is null.
        values = ", ".join(
            "(" + ", ".join("null" if v is None else "%s" for v in row) + ")"
            for row in rows
        )
        with self._sql(self._ledger_pipeline) as client:
            table = client.make_qualified_table_name(ledger.TABLE.name)
            client.execute_sql(
                f"insert into {table} ({columns}) values {values}",  # noqa: S608
                *(self._parameter(v) for row in rows for v in row if v is not None),
            )

    def _parameter(self, value: Any) -> Any:
        """Return a value as the driver has to be given it."""
        if isinstance(value, datetime) and not self.target.has_zoneless_times:
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        return value

    def prune(self, load_ids: Collection[str]) -> None:
        """Delete the rows of loads that are not, or no longer, current."""
        with self._sql(self.pipeline) as client:
            for table in (self.spec.landed, self.spec.totals):
                name = client.make_qualified_table_name(table.name)
                for part in _parts(sorted(load_ids)):
                    client.execute_sql(
                        f"delete from {name} where load_id in ({_marks(len(part))})",  # noqa: S608
                        *part,
                    )

    def prune_orphans(self, entries: Collection[ledger.Entry]) -> int:
        """Delete rows that crashed or refused runs left; return of how many loads."""
        current = {entry.load_id for entry in entries}
        landed = set()
        with self._sql(self.pipeline) as client:
            for table in (self.spec.landed, self.spec.totals):
                name = client.make_qualified_table_name(table.name)
                rows = client.execute_sql(f"select distinct load_id from {name}")  # noqa: S608
                landed |= {row[0] for row in rows or []}
        superseded = {load_id for entry in entries for load_id in entry.superseded}
        dead = {
            load_id
            for load_id in landed - current
            if load_id in superseded or self._is_over(load_id)
        }
        if dead:
            self.prune(dead)
        return len(dead)

    def _is_over(self, load_id: str) -> bool:
        if self.target.is_single_writer:
            return True
        return datetime.now(UTC) - load_id_time(load_id) > ORPHAN_AGE

    def _count(self, client: Any, table: Table, loads: int, *, is_billed: bool) -> str:
        name = client.make_qualified_table_name(table.name)
        rows = f"sum({table.rows})" if table.rows else "count(*)"
        cost = " + ".join(
            f"sum(cast(coalesce({column}, 0) as {self.target.money}))"
            for column in table.costs
        )
        condition = table.billed_when or "1 = 1"
        return (
            f"select load_id, {table.currency}, {rows}, {cost} from {name} "  # noqa: S608
            f"where load_id in ({_marks(loads)}) "
            f"and {'' if is_billed else 'not '}({condition}) "
            f"group by load_id, {table.currency}"
        )

    def _explained(self, done: str) -> AbstractContextManager[None]:
        return explained(self.target.destination, done)

    @contextmanager
    def _sql(self, pipeline: dlt.Pipeline) -> Iterator[Any]:
        with self._explained("read or changed"), pipeline.sql_client() as client:
            yield client


def _parts(values: Sequence[str]) -> list[Sequence[str]]:
    return [values[n : n + PARAMETERS] for n in range(0, len(values), PARAMETERS)]


def _marks(count: int) -> str:
    return ", ".join(["%s"] * count)
