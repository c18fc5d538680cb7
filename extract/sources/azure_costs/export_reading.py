"""Reading the files of an export: their month, their days, their rows."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import duckdb

from extract.archives import unpacked
from extract.copies import require_parts
from extract.duckdb_errors import told
from extract.errors import ExtractError
from extract.fields import read_fields, texts
from extract.parquet import ANEW
from extract.readers import reader_of
from extract.scan import Scan, Totals
from extract.sources.azure_costs.export_columns import (
    HEADERS,
    Columns,
    moment_sql,
    question,
)
from extract.sources.azure_costs.export_totals import Key
from extract.sources.azure_costs.helpers import provisional_from
from extract.sources.azure_costs.runs import SeveralMonthsError
from extract.sources.azure_costs.settings import KEEP_ONE, KNOWN_BY
from extract.windows import first_day, last_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from extract.files import Store, StoredFile
    from extract.scan import Question
    from extract.sources.azure_costs.runs import Run
    from extract.units import Load


@dataclass(kw_only=True)
class Reading:
    """One reading of the runs of one type of cost.

    Attributes:
        load: The load that it is for.
        store: Where the files can be read.
        scan: Their scan.
        columns: Their columns.
        runs: The runs that have files.
        cost_type: The type of cost.
        services: Services to land.
        scope: Written on every row.
    """

    load: Load
    store: Store
    scan: Scan
    columns: Columns
    runs: Sequence[Run]
    cost_type: str
    services: Collection[str]
    scope: str = ""

    @property
    def question(self) -> Question:
        """What to read."""
        counts: dict[Sequence[str], Collection[date]] = {}
        if not self._is_one_run:
            counts = {tuple(self._paths(run)): run.days for run in self.runs}
        return question(
            self.columns,
            load_id=self.load.load_id,
            root=self.store.path(""),
            scope=self.scope,
            cost_type=self.cost_type,
            services=self.services,
            days=counts,
            newest=provisional_from(self.runs[0].period),
        )

    def totals(self, *, is_ai: bool = False) -> dict[tuple[Any, ...], Totals]:
        """Add up the whole bill, or its AI services, by `Key`; check the days."""
        asked = self.question
        if is_ai:
            asked = replace(asked, scope=f"({asked.scope}) and {asked.predicate}")
        whole = self.scan.totals(asked)
        first, last = _bounds(self.runs[0].period)
        if not self._is_one_run:
            for run in self.runs:
                self._require_days(run, _number(run.first), _number(run.last))
        elif not all(_is_within(Key(*key).usage_date, first, last) for key in whole):
            self._require_days(self.runs[0], first, last)
        return whole

    def require_parts(self, whole: Mapping[tuple[Any, ...], Totals]) -> None:
        """Raise if files that no manifest lists hold the same rows."""
        if not any(run.mark for run in self.runs):
            lines = sum(totals.lines for totals in whole.values())
            require_parts(self.scan, self.question, KNOWN_BY, lines, KEEP_ONE)

    def lines(self, landed: dict[tuple[Any, ...], Totals]) -> Iterator[Any]:
        """Stream the rows of AI services.

        Args:
            landed: Filled with their totals.
        """
        yield from self.scan.lines(self.question, landed, self.load)

    @property
    def _is_one_run(self) -> bool:
        return len(self.runs) == 1 and self.runs[0].days >= self.runs[0].own_days()

    def _paths(self, run: Run) -> list[str]:
        return [self.store.path(file.key) for file in run.files]

    def _require_days(self, run: Run, first: int, last: int) -> None:
        """Raise if a row's day cannot be read, or is none of the run's."""
        day = self.question.columns["usage_date"]
        field = self.columns.find(HEADERS["usage_date"])
        name = field.sql if field else "date"
        rows = self.scan.connection.execute(
            f"select filename, cast({name} as varchar), count(*) "  # noqa: S608
            f"from {self.scan.relation} where list_contains({texts(self._paths(run))}, "
            f"filename) and not coalesce({day} between {first} and {last}, false) "
            "group by all order by all"
        ).fetchall()
        if rows:
            path, value, _ = rows[0]
            count = sum(row[2] for row in rows)
            raise ExtractError(
                f"{path}: column {name} is {value!r} in {count:,} rows, which is no "
                f"day from {first} to {last}, as its folder says. {ANEW}"
            )


@contextmanager
def reading(  # noqa: PLR0913 - what a reading is made of, all by name
    store: Store,
    runs: Sequence[Run],
    *,
    load: Load,
    cost_type: str,
    services: Collection[str],
    scope: str = "",
) -> Iterator[Reading]:
    """Open the files of some runs.

    Args:
        store: Where they are.
        runs: The runs.
        load: The load that they are read for.
        cost_type: Their type of cost.
        services: Services to land.
        scope: Written on every row, where it is known by now.
    """
    filled = [run for run in runs if run.files]
    keys = [file.key for run in filled for file in run.files]
    readers = {reader_of(key) for key in keys}
    if len(readers) > 1:
        raise ExtractError(
            f"{store.uri(filled[0].export)} has Parquet and CSV files of one month; an "
            "export has one format. Keep the files of the newest run."
        )
    with unpacked(store, keys) as near:
        scan = Scan(near, keys, readers.pop())
        try:
            yield Reading(
                load=load,
                store=near,
                scan=scan,
                columns=Columns(scan.fields),
                runs=filled,
                cost_type=cost_type,
                services=services,
                scope=scope,
            )
        finally:
            scan.close()


def missing_columns(
    store: Store, runs: Sequence[Run], names: Sequence[str]
) -> list[str]:
    """Return which of some landed columns a month's files do not have.

    Args:
        store: Where they are.
        runs: The month's runs.
        names: The columns.
    """
    keys = [file.key for run in runs for file in run.files][:1]
    if not keys:
        return []
    with unpacked(store, keys) as near:
        scan = Scan(near, keys, reader_of(keys[0]))
        columns = Columns(scan.fields)
        scan.close()
    columns.require()
    return [name for name in names if not columns.find(HEADERS[name])]


def ask_period(store: Store, file: StoredFile) -> str:
    """Return the month of a file that no folder tells; '' if it has no rows.

    Args:
        store: Where it is.
        file: The file.
    """
    uri = store.uri(file.key)
    if not file.size:
        raise ExtractError(f"{uri} has no bytes: it was cut off on its way. {ANEW}")
    with unpacked(store, [file.key]) as near, duckdb.connect() as connection:
        near.register(connection, [file.key])
        relation = reader_of(file.key).relation([near.path(file.key)])
        try:
            sample = connection.sql(f"from {relation} limit 0")
            columns = Columns(read_fields(sample.columns, sample.types))
            columns.require()
            day = moment_sql(columns, HEADERS["usage_date"])
            field = columns.find(HEADERS["usage_date"])
            found = field.sql if field else "null"
            rows = connection.execute(
                f"select strftime({day}, '%Y-%m') as month, count(*), "  # noqa: S608
                f"any_value(cast({found} as varchar)) from {relation} "
                "group by month order by month"
            ).fetchall()
        except (duckdb.Error, OSError) as error:
            raise ExtractError(f"{uri} cannot be read: {told(error)}") from error
        except ExtractError as error:
            raise ExtractError(f"{uri}: {error}") from error
    months = [row[0] for row in rows]
    if None in months:
        _, count, value = rows[months.index(None)]
        raise ExtractError(
            f"{uri}: column {found} is {value!r} in {count:,} rows or the like, which "
            "is no day such as 2026-10-31 or 10/31/2026."
        )
    if len(months) > 1:
        raise SeveralMonthsError(
            f"{uri} holds {len(months)} months, {months[0]} to {months[-1]}; months "
            "are loaded as a whole. Download each month as a file of its own.",
            (str(month) for month in months),
        )
    return str(months[0]) if months else ""


def _bounds(period: str) -> tuple[int, int]:
    return _number(first_day(period)), _number(last_day(period))


def _number(day: Any) -> int:
    return int(f"{day:%Y%m%d}")


def _is_within(day: int | None, first: int, last: int) -> bool:
    return day is not None and first <= day <= last
