"""The planner that needs no key: lexicon, slots, and a reading per kind of question.

It answers what it is sure of. A word that it does not know, or a period that is missing
where it decides, is asked back with choices; nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from chat.planner.choices import (
    SAFE_CHOICES,
    reworded,
    sent_back,
    without_unknown,
)
from chat.planner.filling import fill_slots
from chat.planner.leftover import find_leftover, tell_leftover
from chat.planner.readings import READINGS
from chat.planner.slots import Vocabulary
from chat.plans import Clarification, Help, Plan, Refusal
from chat.spent import Spent

if TYPE_CHECKING:
    from datetime import date

    from chat.planner.slots import Slots
    from chat.query import CostQuery


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a question is read against.

    Attributes:
        today: The asker's day.
        vocabulary: Names in the asker's own data.
        previous: The query before, for follow-ups.
        history: Questions before, the oldest first.
        spent: Counts what a language model uses for it.
    """

    today: date
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    previous: CostQuery | None = None
    history: tuple[str, ...] = ()
    spent: Spent = field(default_factory=Spent, compare=False)


def plan_question(question: str, context: Context) -> Plan:
    """Make a plan of a question.

    Args:
        question: As it was typed.
        context: What it is read against.
    """
    plan = _plan(question, context)
    if not isinstance(plan, Clarification):
        return plan
    choices = tuple(one for one in plan.choices if _is_answered(one, context))
    return plan.model_copy(update={"choices": choices or SAFE_CHOICES})


def mended_words(question: str, context: Context) -> dict[str, str]:
    """Give the misspelt words of a question with what they are read as.

    Args:
        question: As it was typed.
        context: What it is read against.
    """
    try:
        return _slots(question, context).mended
    except ValidationError:
        # Such as a day of another century; the plan tells of that.
        return {}


def _slots(question: str, context: Context) -> Slots:
    return fill_slots(
        question,
        today=context.today,
        vocabulary=context.vocabulary,
        before=frozenset(context.previous.named if context.previous else ()),
    )


def _completed(question: str, context: Context) -> str:
    """Give the question before without its unknown words, where that is the answer."""
    added = sent_back(question) if context.history else None
    if added is None:
        return question
    before = _slots(context.history[-1], context)
    return reworded(before, without=without_unknown(before), also=added)


def _is_answered(choice: str, context: Context) -> bool:
    """Whether a choice, sent back as it is, is answered and not asked back again."""
    return not isinstance(_plan(choice, context), Clarification | Refusal | Help)


def _plan(question: str, context: Context) -> Plan:
    try:
        slots = _slots(_completed(question, context), context)
        plan = _read(slots, context)
        leftover = find_leftover(slots, plan, context.today)
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return Clarification(about="query", question=reason, choices=SAFE_CHOICES)
    return tell_leftover(slots, plan, leftover) if leftover else plan


def _read(slots: Slots, context: Context) -> Plan:
    for reading in READINGS:
        plan = reading(slots, context.previous)
        if plan is not None:
            return plan
    raise AssertionError("the last reading always answers")
