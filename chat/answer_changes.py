"""Answers to why: what changed most, and whether it was volume or price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.answers import Answer
from chat.asker import Asker, caveats, complete_until, run_query
from chat.explain import (
    contributors_query,
    decimal_of,
    effects_query,
    rank_contributors,
    take_apart,
)
from chat.formats import format_change, format_period, format_usd
from chat.steps import before

if TYPE_CHECKING:
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
    return Answer(
        text=text,
        columns=compiled.columns,
        rows=tuple(tuple(row.values()) for row in rows[: plan.limit]),
        caveats=caveats(compiled, until),
        suggestions=("Was it more tokens or higher prices?", "And by team?"),
        sql=compiled.sql,
        period=compiled.period,
    )


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
    return Answer(
        text=(
            f"{format_usd(effects.total)} {format_period(compiled.period)} against "
            f"{format_period(compiled.compared)}, usage only: {'; '.join(parts)}."
        ),
        columns=compiled.columns,
        rows=tuple(tuple(row.values()) for row in rows),
        caveats=caveats(compiled, until),
        sql=compiled.sql,
        period=compiled.period,
    )
