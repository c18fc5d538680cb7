"""Sentences about the rows of a query, by their shape."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chat.answers import Chart
from chat.formats import format_change, format_period, format_value
from chat.metrics import METRICS
from chat.relations import DIMENSIONS
from chat.steps import before

if TYPE_CHECKING:
    from chat.compile import Compiled
    from chat.query import CostQuery, Filter

Row = dict[str, Any]
SHOWN = 5


def word_answer(query: CostQuery, compiled: Compiled, rows: list[Row]) -> str:
    """Say what the rows say, the figure first.

    Args:
        query: The question.
        compiled: Its statement, which knows the days.
        rows: What came back, by column.
    """
    when, whose = format_period(compiled.period), _filtered(query.filters)
    if query.spread:
        whose += f" (of several {DIMENSIONS[query.spread.over].label.lower()}s)"
    metric = METRICS[query.metrics[0]]
    splits = [column.name for column in compiled.columns if column.unit is None]
    if not rows or all(row[metric.name] is None for row in rows):
        return f"There is no {metric.label.lower()}{whose} {when}."
    if not splits:
        value = format_value(rows[0][metric.name], metric.unit)
        text = f"{value}: {metric.label.lower()}{whose} {when}"
        return text + _held_against(query, compiled, rows[0]) + "."
    times = [name for name in splits if DIMENSIONS[name].is_time]
    if times and len(splits) == 1 and metric.is_additive:
        return _over_time(query, rows, times[0]) + f"{whose} {when}."
    return _ranked(query, compiled, rows, splits, f"{whose} {when}")


def choose_chart(query: CostQuery, compiled: Compiled, rows: list[Row]) -> Chart | None:
    """Give a line over time, bars for a split, nothing for a single figure."""
    splits = [column.name for column in compiled.columns if column.unit is None]
    figures = [c.name for c in compiled.columns if c.unit not in (None, "text")]
    if len(rows) < 2 or not splits or not figures:  # noqa: PLR2004 - a point is no chart
        return None
    times = [name for name in splits if DIMENSIONS[name].is_time]
    drawn = tuple(name for name in figures if name.startswith(query.metrics[0]))
    if times:
        return Chart(kind="line", x=times[0], y=drawn)
    return Chart(kind="bar", x=splits[0], y=drawn)


def _held_against(query: CostQuery, compiled: Compiled, row: Row) -> str:
    if compiled.compared is None or query.comparison is None:
        return ""
    metric = METRICS[query.metrics[0]]
    earlier = row[before(metric.name)]
    days = format_period(compiled.compared)
    was = format_value(earlier, "usd" if metric.is_growth else metric.unit)
    if query.comparison.kind == "average_of_previous":
        days = f"on average {days}"
    if metric.is_growth:
        return f", against {was} {days}"
    change = format_change(row[metric.name], earlier)
    if change is None:
        return f"; nothing {days} to compare with"
    joined = "as" if change == "the same" else "than"
    return f", {change} {joined} {was} {days}"


def _over_time(query: CostQuery, rows: list[Row], time: str) -> str:
    metric = METRICS[query.metrics[0]]
    known = [row for row in rows if row[metric.name] is not None]
    highest = max(known, key=lambda row: row[metric.name])
    total = sum((Decimal(str(row[metric.name])) for row in known), Decimal())
    peak = format_value(highest[metric.name], metric.unit)
    return (
        f"{format_value(total, metric.unit)}: {metric.label.lower()} by {time}, "
        f"the most {_at(highest, time)} ({peak})"
    )


def _at(row: Row, time: str) -> str:
    day = format_value(row[time], None)
    return {"week": f"in the week of {day}", "month": f"in the month from {day}"}.get(
        time, f"on {day}"
    )


def _ranked(
    query: CostQuery, compiled: Compiled, rows: list[Row], splits: list[str], of: str
) -> str:
    metric = METRICS[query.metrics[0]]
    lines = []
    for row in rows[:SHOWN]:
        name = " / ".join(format_value(row[split], None) for split in splits)
        line = f"{name} {format_value(row[metric.name], metric.unit)}"
        if compiled.compared and not metric.is_growth:
            change = format_change(row[metric.name], row[before(metric.name)])
            line += f" ({change or 'nothing before'})"
        lines.append(line)
    more = f"; and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    by = " and ".join(DIMENSIONS[split].label.lower() for split in splits)
    against = ""
    if compiled.compared:
        against = f", against the days {format_period(compiled.compared)}"
    return f"{metric.label} by {by}{of}{against}: {'; '.join(lines)}{more}."


def _filtered(filters: tuple[Filter, ...]) -> str:
    parts = []
    for one in filters:
        without = "without " if one.operator == "not_in" else ""
        label = DIMENSIONS[one.dimension].label.lower()
        parts.append(f"{without}{label} {' or '.join(one.values)}")
    return f" ({', '.join(parts)})" if parts else ""
