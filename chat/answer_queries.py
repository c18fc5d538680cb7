"""Answers to queries: the rows, worded, charted, and checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chat.answers import Answer, foreign_numbers, formatted
from chat.asker import Asker, caveats, complete_until, run_query
from chat.explain import decimal_of
from chat.formats import format_change, format_period, format_usd
from chat.metrics import METRICS
from chat.steps import before
from chat.wording import choose_chart, word_answer

if TYPE_CHECKING:
    from chat.compile import Compiled
    from chat.query import CostQuery


def answer_query(query: CostQuery, asker: Asker) -> Answer:
    """Run a query and say what came back."""
    until = complete_until(asker)
    compiled, rows = run_query(query, asker, until)
    answer = Answer(
        text=word_answer(query, compiled, rows),
        columns=compiled.columns,
        rows=tuple(tuple(row.values()) for row in rows),
        chart=choose_chart(query, compiled, rows),
        caveats=caveats(compiled, until),
        suggestions=_suggest(query),
        sql=compiled.sql,
        period=compiled.period,
    )
    return _checked(answer, compiled, query)


def _checked(answer: Answer, compiled: Compiled, query: CostQuery) -> Answer:
    """Refuse a wording with a number that is nowhere in the data."""
    sources = formatted(answer.columns, answer.rows)
    sources += [
        format_period(one) for one in (compiled.period, compiled.compared) if one
    ]
    sources += [value for one in query.filters for value in one.values]
    sources += [str(len(answer.rows) - n) for n in range(len(answer.rows) + 1)]
    metric = METRICS[query.metrics[0]]
    rows = [
        dict(zip((c.name for c in answer.columns), row, strict=True))
        for row in answer.rows
    ]
    if query.comparison:
        for row in rows:
            earlier = row[before(metric.name)]
            sources.append(format_change(row[metric.name], earlier) or "")
            sources.append("" if earlier is None else format_usd(decimal_of(earlier)))
    if metric.is_additive and not query.comparison:
        total = sum(row[metric.name] or 0 for row in rows)
        sources += formatted(
            [c for c in answer.columns if c.name == metric.name], [(total,)]
        )
    sources.append(metric.label)
    foreign = foreign_numbers(answer.text, sources)
    if foreign:
        return replace(answer, text="The figures are in the table below.")
    return answer


def _suggest(query: CostQuery) -> tuple[str, ...]:
    relation = query.relation
    open_splits = [
        name
        for name in ("model", "customer", "provider", "team", "day")
        if name in relation.dimensions and name not in query.dimensions
    ]
    found = [f"And by {name}?" for name in open_splits[:2]]
    if query.time.name != "last_month":
        found.append("And last month?")
    return tuple(found)
