"""Answers that are looked up: freshness, invoices, savings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.answers import Answer, checked, formatted, names_of
from chat.evidence import Evidence
from chat.formats import format_period
from chat.query import Filter
from chat.reports import LOOKUPS, columns_of, covered, look_up

if TYPE_CHECKING:
    from chat.asker import Asker
    from chat.plans import Report


def answer_report(plan: Report, asker: Asker) -> Answer:
    """Read a report and write its lines out."""
    if plan.topic == "restatement_delta":
        return Answer(text="What was restated is not kept: a period is replaced whole.")
    topic = plan.topic
    if topic == "savings_opportunities":
        topic = "what_if_savings"
    lookup = LOOKUPS[topic]
    period = plan.time.resolve(today=asker.today) if plan.time else None
    rows = look_up(
        lookup,
        reader=asker.reader,
        scope=asker.scope,
        period=period,
        filters=_report_filters(plan),
        schema=asker.schema,
    )
    if topic == "what_if_savings":
        rows = sorted(rows, key=lambda row: row["saving"] or 0, reverse=True)
        rows = rows[: plan.limit]
    columns = columns_of(lookup)
    values = tuple(tuple(row.values()) for row in rows)
    written = [
        ", ".join(
            f"{column.label.lower()} {text}"
            for column, text in zip(columns, formatted(columns, [row]), strict=True)
        )
        for row in values
    ]
    days = covered(lookup, period)
    when = f" {format_period(days)}" if days else ""
    text = f"{'; '.join(written)}{when}." if written else f"There is nothing{when}."
    figures = [*formatted(columns, values), when, str(len(values))]
    return checked(
        Answer(
            text=text[0].upper() + text[1:],
            columns=columns,
            rows=values,
            period=days,
            evidence=Evidence(
                figures=tuple(figures),
                names=names_of(columns, values, _report_filters(plan)),
            ),
        )
    )


def _report_filters(plan: Report) -> tuple[Filter, ...]:
    found = list(plan.filters)
    if plan.from_model:
        found.append(Filter(dimension="model", values=(plan.from_model,)))
    if plan.to_model:
        found.append(Filter(dimension="candidate_model", values=(plan.to_model,)))
    return tuple(found)
