"""How the chat is used: counts by the day, landed beside the ledger.

The chat counts what it keeps; here that is only put into the warehouse. A day is the
unit: it is replaced as a whole or not at all, and an unchanged one is left alone.
Every row says how many rows its day has in its load. So a load that died half-way is
seen for what it is, and the one before it goes on counting.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import dlt

from extract.config import current_target, open_destination
from extract.datasets import explained
from extract.landing import table
from extract.lock import only_load
from extract.units import digest_of, new_load_id
from extract.usage_table import COLUMNS, COUNTED
from extract.warehouse import open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dlt.extract import DltSource

    from extract.config import Target

# Any other name is another schema, whose tables dlt would look for in vain.
SCHEMA = "load_ledger"

Rows = list[tuple[Any, ...]]

logger = logging.getLogger(__name__)
QUESTIONS = COLUMNS.index("questions")


@dataclass(frozen=True, kw_only=True)
class UsageReport:
    """What became of the days.

    Attributes:
        loaded: Days that are new or have changed.
        unchanged: Days that the warehouse has as they are.
        rows: Rows that were written.
        kept: Days that the warehouse has with more questions, and keeps.
    """

    loaded: int = 0
    unchanged: int = 0
    rows: int = 0
    kept: int = 0

    def describe(self) -> str:
        """Say it in a few words."""
        kept = f", {self.kept} kept that the chat's store has in part" * bool(self.kept)
        return f"{self.loaded} days loaded, {self.unchanged} unchanged{kept}"


@dataclass(frozen=True, kw_only=True, order=True)
class _Landed:
    """A load of a day, as the warehouse has it; ids sort by time."""

    load_id: str
    version: str
    is_whole: bool
    questions: int = 0


def load_chat_usage(rows: Sequence[tuple[Any, ...]]) -> UsageReport:
    """Load the days that the warehouse has otherwise, or not at all.

    Days of which nothing is given stay: a store of the chat may be begun anew, and what
    was counted is still true. So does a day of which fewer questions are given than
    were counted: the store was begun in the midst of it. Where more came after that
    than before, nothing tells, and the rest takes the place of the day.

    Args:
        rows: Whole days, with the values of ``usage_table.COLUMNS``.

    Raises:
        ExtractError: The warehouse cannot be read or written, or a load is running.
    """
    given: defaultdict[str, Rows] = defaultdict(list)
    for row in rows:
        given[row[0]].append(row)
    target = current_target()
    with only_load(), open_destination(target) as destination:
        pipeline = open_ledger(target, destination)
        landed = _landed(target, pipeline)
        changed = {
            day: of_day
            for day, of_day in given.items()
            if _version(of_day) != _current(landed[day]).version
        }
        kept = {
            day
            for day, of_day in changed.items()
            if _questions(of_day) < _current(landed[day]).questions
        }
        for day in sorted(kept):
            logger.warning(
                "The chat's store has %d questions of %s, and %d were counted before: "
                "it was begun anew, and the day's count stays as it was.",
                _questions(changed.pop(day)),
                day,
                _current(landed[day]).questions,
            )
        if changed:
            with explained(target.destination, "written"):
                pipeline.run(_source(changed), **target.load_options)
            landed = _landed(target, pipeline)
        _prune(target, pipeline, landed)
    return UsageReport(
        loaded=len(changed),
        unchanged=len(given) - len(changed) - len(kept),
        kept=len(kept),
        rows=sum(len(of_day) for of_day in changed.values()),
    )


def _source(days: Mapping[str, Rows]) -> DltSource:
    loaded_at = datetime.now(UTC)

    def marked() -> Iterator[tuple[Any, ...]]:
        for of_day in days.values():
            mark = (new_load_id(), _version(of_day), len(of_day), loaded_at)
            for row in of_day:
                yield (*row, *mark)

    @dlt.source(
        name=SCHEMA,
        section=COUNTED.name,
        schema_contract={
            "tables": "evolve",
            "columns": "evolve",
            "data_type": "freeze",
        },
    )
    def source() -> Any:
        @dlt.resource(
            name=COUNTED.name, write_disposition="append", columns=COUNTED.hints()
        )
        def batches() -> Iterator[Any]:
            yield table(COUNTED, marked())

        return batches

    return source()


def _version(of_day: Rows) -> str:
    return digest_of(sorted(json.dumps(row) for row in of_day))


def _questions(of_day: Rows) -> int:
    return sum(int(row[QUESTIONS]) for row in of_day)


def _landed(target: Target, pipeline: dlt.Pipeline) -> defaultdict[str, list[_Landed]]:
    """Return the loads of every day."""
    found: defaultdict[str, list[_Landed]] = defaultdict(list)
    with (
        explained(target.destination, "read or changed"),
        pipeline.sql_client() as client,
    ):
        name = client.make_qualified_table_name(COUNTED.name)
        rows = client.execute_sql(
            "select usage_day, load_id, version, count(*), max(rows_of_day), "  # noqa: S608
            f"sum(questions) from {name} group by usage_day, load_id, version"
        )
    for day, load_id, version, count, told, questions in rows or []:
        found[day].append(
            _Landed(
                load_id=load_id,
                version=version,
                is_whole=int(count) == int(told),
                questions=int(questions),
            )
        )
    return found


def _current(loads: Sequence[_Landed]) -> _Landed:
    """Return the newest whole load of a day, which counts."""
    nothing = _Landed(load_id="", version="", is_whole=True)
    return max((load for load in loads if load.is_whole), default=nothing)


def _prune(
    target: Target, pipeline: dlt.Pipeline, landed: Mapping[str, Sequence[_Landed]]
) -> None:
    """Delete the rows of loads in whose place a newer one has come."""
    with (
        explained(target.destination, "read or changed"),
        pipeline.sql_client() as client,
    ):
        name = client.make_qualified_table_name(COUNTED.name)
        for loads in landed.values():
            current = _current(loads)
            for load in loads:
                if load < current:
                    client.execute_sql(
                        f"delete from {name} where load_id = %s",  # noqa: S608
                        load.load_id,
                    )
