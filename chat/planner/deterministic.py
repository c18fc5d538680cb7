"""The planner that needs no key: lexicon, slots, and a reading per kind of question.

It answers what it is sure of. A word that it does not know, or a period that is missing
where it decides, is asked back with choices; nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from chat.planner.readings import READINGS
from chat.planner.slots import Vocabulary, fill_slots
from chat.plans import Clarification, Plan

if TYPE_CHECKING:
    from datetime import date

    from chat.query import CostQuery


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a question is read against.

    Attributes:
        today: The asker's day.
        vocabulary: Names in the asker's own data.
        previous: The query before, for follow-ups.
        history: Questions before, the oldest first; for a language model only.
    """

    today: date
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    previous: CostQuery | None = None
    history: tuple[str, ...] = ()


def plan_question(question: str, context: Context) -> Plan:
    """Make a plan of a question.

    Args:
        question: As it was typed.
        context: What it is read against.
    """
    try:
        slots = fill_slots(question, today=context.today, vocabulary=context.vocabulary)
        for reading in READINGS:
            plan = reading(slots, context.previous)
            if plan is not None:
                return plan
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return Clarification(
            about="query",
            question=reason,
            choices=("cost by model this month", "cost by customer this month"),
        )
    raise AssertionError("the last reading always answers")
