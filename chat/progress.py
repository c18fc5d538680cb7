"""What happens on the way to an answer, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from chat.spent import Spent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat.answers import Answer
    from chat.query import CostQuery

PlannerName = Literal["deterministic", "llm"]
Stage = Literal["planning", "querying", "wording"]


@dataclass(frozen=True, kw_only=True)
class Working:
    """A part of the work begins."""

    stage: Stage


@dataclass(frozen=True, kw_only=True)
class Worded:
    """The next words of an answer whose wording is not finished."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The answer, the query for follow-ups to it, who read it, and what that used."""

    answer: Answer
    context: CostQuery | None
    planner: PlannerName = "deterministic"
    spent: Spent = field(default_factory=Spent)


Step = Working | Worded | Answered


def last_of(steps: Iterator[Step]) -> Answered:
    """Give the answer that some steps lead to."""
    for step in steps:
        if isinstance(step, Answered):
            return step
    raise AssertionError("the last step is always an answer")
