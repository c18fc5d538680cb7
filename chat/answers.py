"""What the asker gets: words, rows, a chart, and where they come from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from chat.formats import format_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chat.alerts.rules import AlertProposal
    from chat.compile import Column
    from chat.periods import Period
    from chat.store.answers import Outcome

_NUMBER = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class Chart:
    """How the rows look best.

    Attributes:
        kind: A line over time, or bars side by side.
        x: Column along the axis.
        y: Columns that are drawn.
    """

    kind: Literal["line", "bar"]
    x: str
    y: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer.

    Attributes:
        text: In words; every number in it is out of the rows or the period.
        columns: Columns of the rows.
        rows: The figures as the warehouse gave them.
        chart: How they look best; None where words do.
        caveats: What keeps the figure from being the last word.
        suggestions: What may be asked next.
        sql: The statement, without the values that were bound.
        choices: Answers to a question back.
        period: The days that it is about.
        dashboard: Title and path of the dashboard that shows more.
        outcome: What came of the question.
        alert: The subscription that was asked for, to be confirmed.
    """

    text: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    chart: Chart | None = None
    caveats: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    sql: str | None = None
    choices: tuple[str, ...] = ()
    period: Period | None = None
    dashboard: tuple[str, str] | None = None
    outcome: Outcome = "answered"
    alert: AlertProposal | None = None


def foreign_numbers(text: str, sources: Iterable[str]) -> list[str]:
    """Give the numbers of a text that stand in none of its sources.

    Whoever words an answer, a template or a language model, may round and choose, but
    not invent: each number has to be written in a source just so.

    Args:
        text: The wording.
        sources: Formatted values, periods and limits.
    """
    known = {number for source in sources for number in _NUMBER.findall(source)}
    return [number for number in _NUMBER.findall(text) if number not in known]


def formatted(columns: Iterable[Column], rows: Iterable[tuple[Any, ...]]) -> list[str]:
    """Give every value of some rows as it is written."""
    units = [column.unit for column in columns]
    return [
        format_value(value, unit)
        for row in rows
        for value, unit in zip(row, units, strict=True)
    ]
