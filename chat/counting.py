"""Counts and times each answer, as it is given."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chat.progress import Answered
from chat.spent import Spent
from chat.store.answers import Given, Outcome, record_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat.auth import Person
    from chat.progress import PlannerName, Step
    from chat.store.database import Store


def counted(
    steps: Iterator[Step],
    *,
    store: Store,
    person: Person,
    answer_id: str,
    question: str | None = None,
) -> Iterator[Step]:
    """Pass on the steps to an answer, and count it; also one that fails or is left.

    Args:
        steps: As `answer_in_steps` gives them.
        store: Where it is counted.
        person: Who asks.
        answer_id: The answer's id, as the asker gets it.
        question: Its words; None where they are not to be kept.
    """
    asked_at, started = datetime.now(UTC), time.monotonic()

    def keep(
        outcome: Outcome,
        planner: PlannerName = "deterministic",
        spent: Spent | None = None,
    ) -> None:
        given = Given(
            id=answer_id,
            asked_at=asked_at,
            seconds=time.monotonic() - started,
            planner=planner,
            outcome=outcome,
            question=question,
            spent=spent or Spent(),
        )
        record_answer(store, person, given)

    is_kept = False
    try:
        for step in steps:
            if isinstance(step, Answered):
                # Before it is passed on: feedback may follow at once.
                keep(step.answer.outcome, step.planner, step.spent)
                is_kept = True
            yield step
    finally:
        if not is_kept:
            keep("failed")
