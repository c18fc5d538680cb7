"""Answers that were given, and what their askers thought of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import insert

from chat.spent import Spent
from chat.store.database import StoreError
from chat.store.owners import is_owner, kept_customers
from chat.store.tables import LONGEST_MODEL, AnswerRow, FeedbackRow

if TYPE_CHECKING:
    from chat.auth import Person
    from chat.store.database import Store

Outcome = Literal["answered", "asked_back", "refused", "failed"]
Rating = Literal["up", "down"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer that was given.

    Attributes:
        id: The answer's id, as the asker got it.
        asked_at: When it was asked for.
        seconds: How long it took.
        planner: What read the question.
        outcome: What came of it.
        question: Its words; None where they are not to be kept.
        spent: What a language model used for it.
    """

    id: str
    asked_at: datetime
    seconds: float
    planner: str
    outcome: Outcome
    question: str | None = None
    spent: Spent = field(default_factory=Spent)


def record_answer(store: Store, person: Person, given: Given) -> None:
    """Keep that a question was answered.

    A store that fails costs nobody his answer; the log has it.

    Args:
        store: Where it is kept.
        person: Who asked.
        given: What he was given.
    """
    # One with every question, and only written: no object that is tracked for it.
    row = insert(AnswerRow).values(
        id=given.id,
        asked_at=given.asked_at,
        subject=person.subject,
        role=person.role,
        customers=kept_customers(person.scope),
        planner=given.planner,
        outcome=given.outcome,
        milliseconds=round(given.seconds * 1_000),
        question=given.question,
        model=given.spent.model and given.spent.model[:LONGEST_MODEL],
        model_requests=given.spent.requests,
        input_tokens=given.spent.input_tokens,
        cache_read_tokens=given.spent.cache_read_tokens,
        cache_write_tokens=given.spent.cache_write_tokens,
        output_tokens=given.spent.output_tokens,
    )
    try:
        with store.session() as session:
            session.execute(row)
    except StoreError:
        logger.exception("An answer could not be counted.")


def give_feedback(
    store: Store, person: Person, *, answer_id: str, rating: Rating, comment: str | None
) -> bool:
    """Keep what somebody thought of an answer; a second word replaces the first.

    Args:
        store: Where it is kept.
        person: Who says it.
        answer_id: The answer's id.
        rating: Thumb up or down.
        comment: In his words.

    Returns:
        Whether the answer was his own.
    """
    with store.session() as session:
        answer = session.get(AnswerRow, answer_id)
        if answer is None or not is_owner(person, answer.subject, answer.customers):
            return False
        session.merge(
            FeedbackRow(
                answer_id=answer_id,
                rating=rating,
                comment=comment,
                given_at=datetime.now(UTC),
            )
        )
    return True
