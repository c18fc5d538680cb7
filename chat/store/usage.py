"""How the chat is used: counts, and nobody's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from chat.store.tables import AnswerRow, FeedbackRow

if TYPE_CHECKING:
    from datetime import date

    from chat.store.database import Store

NAMED_OUTCOMES = ("answered", "asked_back", "refused", "failed")


@dataclass(kw_only=True)
class Usage:
    """The use of a day by one planner.

    Attributes:
        day: UTC day.
        planner: What read the questions.
        questions: How many.
        askers: How many people.
        outcomes: How many of each outcome.
        up: Thumbs up.
        down: Thumbs down.
        milliseconds: Of each answer, in ascending order.
        model_requests: Requests to the language model.
        input_tokens: Tokens of its prompts, cached ones included.
        output_tokens: Tokens that it gave back.
    """

    day: date
    planner: str
    questions: int = 0
    askers: set[str] = field(default_factory=set)
    outcomes: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(NAMED_OUTCOMES, 0)
    )
    up: int = 0
    down: int = 0
    milliseconds: list[int] = field(default_factory=list)
    model_requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What somebody said of an answer."""

    given_at: datetime
    rating: str
    comment: str
    question: str | None


def read_usage(store: Store, first: date, last: date) -> list[Usage]:
    """Count the answers of some days, by day and planner.

    Args:
        store: Where they are kept.
        first: First UTC day.
        last: Last UTC day, included.
    """
    found: dict[tuple[date, str], Usage] = {}
    statement = (
        select(
            AnswerRow.asked_at,
            AnswerRow.subject,
            AnswerRow.planner,
            AnswerRow.outcome,
            AnswerRow.milliseconds,
            AnswerRow.model_requests,
            AnswerRow.input_tokens,
            AnswerRow.output_tokens,
            FeedbackRow.rating,
        )
        .outerjoin(FeedbackRow, FeedbackRow.answer_id == AnswerRow.id)
        .where(AnswerRow.asked_at >= _start(first))
        .where(AnswerRow.asked_at < _start(last + timedelta(days=1)))
        .order_by(AnswerRow.milliseconds)
    )
    with store.session() as session:
        # Streamed: a year of questions is not held in memory.
        rows = session.execute(statement.execution_options(yield_per=5_000))
        for row in rows:
            key = (row.asked_at.date(), row.planner)
            usage = found.setdefault(key, Usage(day=key[0], planner=key[1]))
            usage.questions += 1
            usage.askers.add(row.subject)
            usage.outcomes[row.outcome] += 1
            usage.milliseconds.append(row.milliseconds)
            usage.up += row.rating == "up"
            usage.down += row.rating == "down"
            usage.model_requests += row.model_requests
            usage.input_tokens += row.input_tokens
            usage.output_tokens += row.output_tokens
    return [found[key] for key in sorted(found)]


def read_comments(store: Store, most: int) -> list[Comment]:
    """Give the latest words about answers."""
    statement = (
        select(
            FeedbackRow.given_at,
            FeedbackRow.rating,
            FeedbackRow.comment,
            AnswerRow.question,
        )
        .join(AnswerRow, AnswerRow.id == FeedbackRow.answer_id)
        .where(FeedbackRow.comment.is_not(None))
        .order_by(FeedbackRow.given_at.desc())
        .limit(most)
    )
    with store.session() as session:
        return [
            Comment(
                given_at=given_at,
                rating=rating,
                comment=comment or "",
                question=question,
            )
            for given_at, rating, comment, question in session.execute(statement)
        ]


def percentile(ascending: list[int], share: float) -> int | None:
    """Give the value that a share of values does not exceed; nearest rank."""
    if not ascending:
        return None
    rank = max(1, -(-len(ascending) * share // 1))
    return ascending[int(rank) - 1]


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
