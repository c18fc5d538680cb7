"""What the asker gets: words, rows, a chart, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from chat.formats import format_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chat.alerts.rules import AlertProposal
    from chat.compile import Column
    from chat.evidence import Evidence
    from chat.periods import Period
    from chat.query import Filter
    from chat.store.answers import Outcome

TEXT_WITHOUT_FIGURES = "The figures are in the table below."


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
        evidence: The figures that its wording may draw on; None without figures.
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
    evidence: Evidence | None = None


def checked(answer: Answer) -> Answer:
    """Refuse a wording with a figure that is nowhere in the data.

    Args:
        answer: With what its wording may draw on.
    """
    if answer.evidence and answer.evidence.foreign(answer.text):
        return replace(answer, text=TEXT_WITHOUT_FIGURES)
    return answer


def names_of(
    columns: Iterable[Column],
    rows: Iterable[tuple[Any, ...]],
    filters: Iterable[Filter] = (),
) -> tuple[str, ...]:
    """Give the names that an answer tells of: labels, and values that are no figures.

    Args:
        columns: Its columns.
        rows: Its rows.
        filters: Which rows counted.
    """
    columns = tuple(columns)
    found = [column.label for column in columns]
    found += [value for one in filters for value in one.values]
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            if column.unit is None and isinstance(value, str):
                found.append(value)
    return tuple(dict.fromkeys(found))


def formatted(columns: Iterable[Column], rows: Iterable[tuple[Any, ...]]) -> list[str]:
    """Give every value of some rows as it is written."""
    units = [column.unit for column in columns]
    return [
        format_value(value, unit)
        for row in rows
        for value, unit in zip(row, units, strict=True)
    ]
