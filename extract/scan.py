"""Reading bills in files with DuckDB: projected, cast, filtered, streamed, measured.

Two passes over the files. The first adds up the whole bill by a handful of short,
dictionary-coded columns; the second streams the AI lines. What is filtered away is the
difference, so no dollar can fall between the two, and the long columns (resource ids,
maps) are read once. On 3 million lines the first pass takes 0.07 s and the second
0.8 s; adding up "not an AI line" instead of subtracting takes 0.33 s.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from extract import parquet
from extract.duckdb_errors import told
from extract.errors import ExtractError
from extract.fields import quoted, read_fields
from extract.memory import bound_memory
from extract.readers import PARQUET
from extract.unfit import explained, no_currency_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from extract.fields import Field
    from extract.files import Store
    from extract.readers import Reader
    from extract.units import Load

# Lines per record batch: small enough for flat memory, big enough that dlt's work per
# batch is lost in the scan.
BATCH_LINES = 8_000
# Exact enough for one token, and a sum of 10**19 such units fits 38 digits.
EXACT = "decimal(28, 9)"


@dataclass(kw_only=True)
class Totals:
    """Lines and costs of one group of the bill."""

    lines: int = 0
    costs: list[Decimal] = field(default_factory=list)
    last_start: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What to read of the files.

    Attributes:
        columns: SQL of every landed column, in the table's order.
        keys: SQL of the columns by which the bill is added up, by name.
        costs: SQL of the columns that make up the cost.
        start: SQL of the moment at which usage starts.
        predicate: SQL that is true for the lines to land.
        required: Columns that every file must have, structs' fields by dotted path.
        scope: SQL that is true for the lines of the bill, where files hold several.
    """

    columns: Mapping[str, str]
    keys: Mapping[str, str]
    costs: Sequence[str]
    start: str
    predicate: str
    required: Sequence[str]
    scope: str = "true"


@contextmanager
def looking_into(
    store: Store, key: str, reader: Reader
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str, dict[str, Field]]]:
    """Give a connection, one file as its table, and that table's fields.

    For a few short questions, such as which bills a file holds.

    Args:
        store: Where the file is.
        key: Which file.
        reader: Reads its format.

    Raises:
        ExtractError: The file cannot be read.
    """
    relation = reader.relation([store.path(key)])
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        store.register(connection, [key])
        try:
            bound_memory(connection)
            sample = connection.sql(f"from {relation} limit 0")
            yield connection, relation, read_fields(sample.columns, sample.types)
        except (duckdb.Error, OSError) as error:
            raise ExtractError(
                f"{store.uri(key)} cannot be read: {told(error)} {parquet.ANEW}"
            ) from error


class Scan:
    """One reading of a set of files of one format."""

    def __init__(
        self, store: Store, keys: Sequence[str], reader: Reader | None = None
    ) -> None:
        """Open the files and look at their columns.

        Args:
            store: Where the files are.
            keys: Which files.
            reader: Reads their format; Parquet by default.
        """
        self.reader = reader or PARQUET
        self.paths = [store.path(key) for key in keys]
        self.connection = duckdb.connect()
        for setting in (
            "timezone = 'UTC'",
            "preserve_insertion_order = false",
            "enable_progress_bar = false",
        ):
            self.connection.execute(f"set {setting}")
        if store.is_local:
            # Holding whole row groups ahead helps over a network only, and costs 70 MB.
            self.connection.execute("set disable_parquet_prefetching = true")
        store.register(self.connection, keys)
        with explained(self, {}):
            row_group = self.reader.biggest_row_group(self.connection, self.paths)
            bound_memory(self.connection, row_group)
            self.relation = self.reader.relation(self.paths)
            sample = self.connection.sql(f"from {self.relation} limit 0")
            self.fields = read_fields(sample.columns, sample.types)

    def totals(self, question: Question) -> dict[tuple[Any, ...], Totals]:
        """Add up the whole bill by the question's keys."""
        keys = ", ".join(question.keys.values())
        sums = ", ".join(f"sum({_exact(cost)})" for cost in question.costs)
        nulls = " or ".join(f"{cost} is null" for cost in question.costs)
        query = (
            f"select {keys}, count(*), max({question.start}), "  # noqa: S608
            f"count_if({nulls}), {sums} from {self.relation} "
            f"where {question.scope} group by all"
        )
        width = len(question.keys)
        with self.explaining(question):
            self.reader.require_columns(self.connection, self.paths, question.required)
            rows = self.connection.sql(query).fetchall()
            if any(row[width + 2] for row in rows):
                raise parquet.null_cost_error(
                    self.connection,
                    self.paths,
                    question.columns,
                    question.costs,
                    self.reader.relation,
                )
            if not all(row[width - 1] for row in rows):
                raise no_currency_error(self, question)
        return {
            tuple(row[:width]): Totals(
                lines=row[width],
                last_start=row[width + 1],
                costs=list(row[width + 3 :]),
            )
            for row in rows
        }

    def lines(
        self, question: Question, landed: dict[tuple[Any, ...], Totals], load: Load
    ) -> Iterator[pa.RecordBatch]:
        """Stream the lines to land, adding them up on the way.

        Args:
            question: What to read.
            landed: Filled with the totals of the streamed lines, by the keys.
            load: The load whose first and last usage are noted; the currency is the
                last key.
        """
        extra = {f"_key_{n}": sql for n, sql in enumerate(question.keys.values())}
        extra |= {f"_cost_{n}": _exact(sql) for n, sql in enumerate(question.costs)}
        extra |= {"_start": question.start}
        projection = ", ".join(
            f"{sql} as {quoted(name)}"
            for name, sql in {**question.columns, **extra}.items()
        )
        query = (
            f"select {projection} from {self.relation} "  # noqa: S608
            f"where {question.scope} and {question.predicate}"
        )
        with self.explaining(question):
            for batch in self.connection.sql(query).to_arrow_reader(BATCH_LINES):
                if batch.num_rows:
                    _add_up(batch, question, landed, load)
                    yield batch.select(list(question.columns))

    def explaining(self, question: Question) -> AbstractContextManager[None]:
        """Turn what DuckDB objects to into errors that name file and column."""
        return explained(self, _checkable(question))

    def close(self) -> None:
        """Let go of the files."""
        self.connection.close()


def subtract(
    whole: Mapping[tuple[Any, ...], Totals], part: Mapping[tuple[Any, ...], Totals]
) -> dict[tuple[Any, ...], Totals]:
    """Return what remains of the bill when the landed lines are taken out."""
    rest = {}
    for key, total in whole.items():
        taken = part.get(key) or Totals(costs=[Decimal(0)] * len(total.costs))
        lines = total.lines - taken.lines
        costs = [a - b for a, b in zip(total.costs, taken.costs, strict=True)]
        if lines < 0 or (lines == 0 and any(costs)):
            raise ExtractError(_CHANGED)
        if lines:
            rest[key] = Totals(lines=lines, costs=costs, last_start=total.last_start)
    if part.keys() - whole.keys():
        raise ExtractError(_CHANGED)
    return rest


_CHANGED = "The files changed while they were read. Run again."


def _add_up(
    batch: pa.RecordBatch,
    question: Question,
    landed: dict[tuple[Any, ...], Totals],
    load: Load,
) -> None:
    keys = [f"_key_{n}" for n in range(len(question.keys))]
    costs = [f"_cost_{n}" for n in range(len(question.costs))]
    groups = (
        pa.Table.from_batches([batch.select([*keys, *costs, "_start"])])
        .group_by(keys)
        .aggregate(
            [
                ("_start", "min"),
                ("_start", "max"),
                ([], "count_all"),
                *((cost, "sum") for cost in costs),
            ]
        )
    )
    for row in groups.to_pylist():
        key = tuple(row[name] for name in keys)
        sums = [row[f"{cost}_sum"] for cost in costs]
        total = landed.setdefault(key, Totals(costs=[Decimal(0)] * len(costs)))
        total.lines += row["count_all"]
        total.costs = [a + b for a, b in zip(total.costs, sums, strict=True)]
        measure = load.measure(key[-1] or "")
        first, last = row["_start_min"], row["_start_max"]
        if first is not None:
            measure.first_usage_at = min(measure.first_usage_at or first, first)
            measure.last_usage_at = max(measure.last_usage_at or last, last)


def _checkable(question: Question) -> dict[str, str]:
    """Return SQL of all that is read, costs as they are added up."""
    columns = {
        name: _exact(sql) if sql in question.costs else sql
        for name, sql in question.columns.items()
    }
    rest = [sql for sql in question.costs if sql not in question.columns.values()]
    return columns | {f"cost {n}": _exact(sql) for n, sql in enumerate(rest, start=1)}


def _exact(sql: str) -> str:
    return f"cast(coalesce({sql}, 0) as {EXACT})"
