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
        for asked_at, subject, planner, outcome, milliseconds, rating in rows:
            day = asked_at.date()
            usage = found.setdefault((day, planner), Usage(day=day, planner=planner))
            usage.questions += 1
            usage.askers.add(subject)
            usage.outcomes[outcome] += 1
            usage.milliseconds.append(milliseconds)
            usage.up += rating == "up"
            usage.down += rating == "down"
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
