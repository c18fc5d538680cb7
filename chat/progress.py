"""What happens on the way to an answer, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from chat.answers import Answer
    from chat.query import CostQuery

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
    """The answer, and the query for follow-ups to it."""

    answer: Answer
    context: CostQuery | None


Step = Working | Worded | Answered
