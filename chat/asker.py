"""Who asks, and how a query is run for him."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chat.compile import Compiled, compile_query
from chat.dialects import MARTS
from chat.formats import format_day
from chat.reports import LOOKUPS, look_up

if TYPE_CHECKING:
    from datetime import date

    from chat.query import CostQuery
    from chat.scope import Scope
    from chat.warehouse import Reader

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks, where, and when.

    Attributes:
        reader: The warehouse.
        scope: Whose rows may be seen; from the verified token and nothing else.
        today: The asker's day.
        schema: Schema of the marts.
    """

    reader: Reader
    scope: Scope
    today: date
    schema: str = MARTS


def complete_until(asker: Asker) -> date | None:
    """Give the last day that the bills of all clouds hold completely."""
    rows = look_up(
        LOOKUPS["data_freshness"],
        reader=asker.reader,
        scope=asker.scope,
        period=None,
        schema=asker.schema,
    )
    days = [row["complete_until"] for row in rows if row["complete_until"]]
    return min(days) if days else None


def run_query(
    query: CostQuery, asker: Asker, until: date | None
) -> tuple[Compiled, list[dict[str, Any]]]:
    """Compile a query under the asker's scope, run it, and give its rows by column."""
    compiled = compile_query(
        query,
        scope=asker.scope,
        target=asker.reader.target,
        today=asker.today,
        complete_until=until,
        schema=asker.schema,
    )
    names = [column.name for column in compiled.columns]
    rows = asker.reader.read(compiled.sql, compiled.parameters)
    return compiled, [dict(zip(names, row, strict=True)) for row in rows]


def caveats(compiled: Compiled, until: date | None) -> tuple[str, ...]:
    """Say where the figures are not the last word."""
    if until is None or compiled.period.last <= until or not compiled.is_of_bills:
        return ()
    if compiled.period.first > until:
        return (f"The bills are complete until {format_day(until)} only.",)
    return (
        f"The bills hold complete days until {format_day(until)}; later ones grow.",
    )
