"""The chat's use by the day, for the warehouse: counts that add up, nobody's words.

Of people only the kind stays: their role, and the customers that they may see.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from chat.store.tables import AnswerRow, FeedbackRow

if TYPE_CHECKING:
    from datetime import date

    from chat.store.database import Store

Audience = Literal["all customers", "some customers", "one customer"]
# Wide enough that few rows hold a day, narrow enough that a percentile says something.
STEPS = (10, 15, 20, 30, 40, 50, 60, 80)


@dataclass(frozen=True, kw_only=True, order=True)
class Kind:
    """What the answers of a row have in common.

    Attributes:
        day: UTC day.
        role: The asker's.
        audience: Whose figures he may see.
        customer: The customer, where it is one; else empty.
        planner: What read the question.
        model: The language model that was asked; empty where none was.
        outcome: What came of the question.
        milliseconds_up_to: The shortest of the usual limits that they kept.
    """

    day: date
    role: str
    audience: Audience
    customer: str
    planner: str
    model: str
    outcome: str
    milliseconds_up_to: int


@dataclass(kw_only=True)
class Counts:
    """What the answers of a row add up to.

    Attributes:
        questions: How many.
        askers: People whose first question of the day is among them.
        thumbs_up: How many were found good.
        thumbs_down: How many were not.
        milliseconds: How long all of them took together.
        model_requests: Requests to the language model.
        input_tokens: Tokens of its prompts, cached ones included.
        cache_read_tokens: Those of the input that were read from its cache.
        cache_write_tokens: Those of the input that were written to its cache.
        output_tokens: Tokens that it gave back.
    """

    questions: int = 0
    askers: int = 0
    thumbs_up: int = 0
    thumbs_down: int = 0
    milliseconds: int = 0
    model_requests: int = 0
    input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0


def count_days(store: Store) -> dict[Kind, Counts]:
    """Count every answer that the store has, in the order of its kinds.

    Args:
        store: Where they are kept.
    """
    statement = (
        select(
            AnswerRow.asked_at,
            AnswerRow.subject,
            AnswerRow.role,
            AnswerRow.customers,
            AnswerRow.planner,
            AnswerRow.outcome,
            AnswerRow.milliseconds,
            AnswerRow.model,
            AnswerRow.model_requests,
            AnswerRow.input_tokens,
            AnswerRow.cache_read_tokens,
            AnswerRow.cache_write_tokens,
            AnswerRow.output_tokens,
            FeedbackRow.rating,
        )
        .outerjoin(FeedbackRow, FeedbackRow.answer_id == AnswerRow.id)
        # Whose question was the first of a day must not change from run to run.
        .order_by(AnswerRow.asked_at, AnswerRow.id)
    )
    found: defaultdict[Kind, Counts] = defaultdict(Counts)
    today: date | None = None
    seen: set[str] = set()
    with store.session() as session:
        # Streamed: years of questions are not held in memory.
        for row in session.execute(statement.execution_options(yield_per=5_000)):
            if row.asked_at.date() != today:
                today, seen = row.asked_at.date(), set()
            counts = found[_kind(row)]
            counts.questions += 1
            counts.askers += row.subject not in seen
            seen.add(row.subject)
            counts.thumbs_up += row.rating == "up"
            counts.thumbs_down += row.rating == "down"
            counts.milliseconds += row.milliseconds
            counts.model_requests += row.model_requests
            counts.input_tokens += row.input_tokens
            counts.cache_read_tokens += row.cache_read_tokens
            counts.cache_write_tokens += row.cache_write_tokens
            counts.output_tokens += row.output_tokens
    return {kind: found[kind] for kind in sorted(found)}


def limit_of(milliseconds: int) -> int:
    """Give the shortest of the usual limits that a time keeps: 10, 15, 20, 30, ...

    Args:
        milliseconds: How long an answer took.
    """
    scale = 1
    while milliseconds > STEPS[-1] * scale:
        scale *= 10
    return next(step * scale for step in STEPS if step * scale >= milliseconds)


def _kind(row: Any) -> Kind:
    customers = row.customers
    audience: Audience = "all customers"
    if customers is not None:
        audience = "one customer" if len(customers) == 1 else "some customers"
    return Kind(
        day=row.asked_at.date(),
        role=row.role,
        audience=audience,
        customer=customers[0] if audience == "one customer" else "",
        planner=row.planner,
        model=row.model or "",
        outcome=row.outcome,
        milliseconds_up_to=limit_of(row.milliseconds),
    )
