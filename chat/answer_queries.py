"""Answers to queries: the rows, worded, charted, and checked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chat.answers import Answer, checked, formatted, names_of
from chat.asker import Asker, caveats, complete_until, run_query
from chat.evidence import Evidence
from chat.explain import decimal_of
from chat.formats import format_change, format_period, format_usd, format_value
from chat.metrics import METRICS
from chat.steps import before
from chat.wording import SHOWN, choose_chart, word_answer

if TYPE_CHECKING:
    from chat.compile import Compiled
    from chat.query import CostQuery


def answer_query(query: CostQuery, asker: Asker) -> Answer:
    """Run a query and say what came back."""
    until = complete_until(asker)
    compiled, rows = run_query(query, asker, until)
    values = tuple(tuple(row.values()) for row in rows)
    return checked(
        Answer(
            text=word_answer(query, compiled, rows),
            columns=compiled.columns,
            rows=values,
            chart=choose_chart(query, compiled, rows),
            caveats=caveats(compiled, until),
            suggestions=_suggest(query, asker),
            sql=compiled.sql,
            period=compiled.period,
            evidence=Evidence(
                figures=tuple(_figures(query, compiled, rows)),
                names=names_of(compiled.columns, values, query.filters),
            ),
        )
    )


def _figures(
    query: CostQuery, compiled: Compiled, rows: list[dict[str, Any]]
) -> list[str]:
    """Give every figure that the rows tell, written as a person writes it."""
    metric = METRICS[query.metrics[0]]
    found = formatted(compiled.columns, [tuple(row.values()) for row in rows])
    found += [format_period(one) for one in (compiled.period, compiled.compared) if one]
    found += [str(len(rows)), str(len(rows) - SHOWN)]
    if query.comparison:
        for row in rows:
            earlier = row[before(metric.name)]
            found.append(format_change(row[metric.name], earlier) or "")
            found.append("" if earlier is None else format_usd(decimal_of(earlier)))
    if metric.is_additive and not query.comparison:
        total = sum((decimal_of(row[metric.name]) for row in rows), Decimal())
        found.append(format_value(total, metric.unit))
    return found


def _suggest(query: CostQuery, asker: Asker) -> tuple[str, ...]:
    known = set(METRICS[query.metrics[0]].dimensions) - {*query.dimensions}
    if asker.scope.is_restricted:
        known -= query.relation.internal_dimensions
    open_splits = [
        name
        for name in ("model", "customer", "provider", "team", "day")
        if name in known
    ]
    found = [f"And by {name}?" for name in open_splits[:2]]
    if query.time.name != "last_month":
        found.append("And last month?")
    return tuple(found)
