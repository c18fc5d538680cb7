"""Answers to why: what changed most, and whether it was volume or price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chat.answers import Answer, checked, formatted, names_of
from chat.asker import Asker, caveats, complete_until, run_query
from chat.evidence import Evidence
from chat.explain import (
    ZERO,
    contributors_query,
    decimal_of,
    effects_query,
    rank_contributors,
    take_apart,
)
from chat.formats import format_change, format_period, format_usd
from chat.steps import before

if TYPE_CHECKING:
    from chat.compile import Compiled
    from chat.plans import Explanation

NOTHING = "There is nothing to compare in these days."


def answer_change(plan: Explanation, asker: Asker) -> Answer:
    """Say what grew and what shrank."""
    query = contributors_query(plan)
    until = complete_until(asker)
    compiled, rows = run_query(query, asker, until)
    found = rank_contributors(rows, query.dimensions, "total_cost", plan.limit)
    now = sum((row["total_cost"] or 0 for row in rows), start=0)
    earlier = sum((row[before("total_cost")] or 0 for row in rows), start=0)
    if compiled.compared is None or not rows:
        return Answer(text=NOTHING)
    against = format_period(compiled.compared)
    if plan.against == "baseline":
        against = f"on average {against}"
    change = format_change(now, earlier) or "all of it new"
    spent = format_usd(decimal_of(now))
    text = (
        f"{spent} {format_period(compiled.period)}: {change} than "
        f"{format_usd(decimal_of(earlier))} {against}."
    )
    if change == "the same":
        text = text.replace(" than ", " as ")
    sign = {True: "+", False: ""}
    parts = [
        f"{' / '.join(one.names)} {sign[one.change > 0]}{format_usd(one.change)}"
        for one in found
    ]
    if parts:
        text += f" What changed most: {'; '.join(parts)}."
    return checked(
        Answer(
            text=text,
            columns=compiled.columns,
            rows=tuple(tuple(row.values()) for row in rows[: plan.limit]),
            caveats=caveats(compiled, until),
            suggestions=("Was it more tokens or higher prices?", "And by team?"),
            sql=compiled.sql,
            period=compiled.period,
            evidence=_evidence(plan, compiled, rows),
        )
    )


def _evidence(
    plan: Explanation, compiled: Compiled, rows: list[dict[str, Any]]
) -> Evidence:
    """Give both totals, both costs of each part, and what lies between them."""
    pairs = [
        (decimal_of(row["total_cost"]), decimal_of(row[before("total_cost")]))
        for row in rows
    ]
    both = (sum(side, start=ZERO) for side in zip(*pairs, strict=True))
    pairs.append((next(both), next(both)))
    figures = [
        format_usd(figure) for now, was in pairs for figure in (now, was, now - was)
    ]
    figures += [format_change(now, was) or "" for now, was in pairs]
    figures += _days(compiled)
    values = [tuple(row.values()) for row in rows]
    names = names_of(compiled.columns, values, plan.filters)
    return Evidence(figures=tuple(figures), names=names)


def _days(compiled: Compiled) -> list[str]:
    return [format_period(one) for one in (compiled.period, compiled.compared) if one]


def answer_effects(plan: Explanation, asker: Asker) -> Answer:
    """Say whether more was used, or it was dearer."""
    query = effects_query(plan)
    until = complete_until(asker)
    compiled, rows = run_query(query, asker, until)
    if compiled.compared is None or not rows:
        return Answer(text=NOTHING)
    effects = take_apart(rows)
    named = (
        ("more or fewer tokens", effects.volume),
        ("other prices", effects.price),
        ("models newly used", effects.started),
        ("models no longer used", effects.stopped),
        ("what has no tokens", effects.other),
    )
    parts = [f"{name} {format_usd(value)}" for name, value in named if value]
    text = (
        f"{format_usd(effects.total)} {format_period(compiled.period)} against "
        f"{format_period(compiled.compared)}, usage only: {'; '.join(parts)}."
    )
    values = tuple(tuple(row.values()) for row in rows)
    figures = [format_usd(value) for _, value in named]
    figures += [format_usd(effects.total), *formatted(compiled.columns, values)]
    return checked(
        Answer(
            text=text,
            columns=compiled.columns,
            rows=values,
            caveats=caveats(compiled, until),
            sql=compiled.sql,
            period=compiled.period,
            evidence=Evidence(
                figures=tuple(figures + _days(compiled)),
                names=names_of(compiled.columns, values, plan.filters),
            ),
        )
    )
