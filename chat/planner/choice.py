"""Who reads a question: the planner without a key, a language model, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chat.errors import ModelFailed
from chat.planner.deterministic import Context, mended_words, plan_question
from chat.plans import Clarification, Plan, Refusal

if TYPE_CHECKING:
    from chat.llm.settings import PlannerChoice
    from chat.progress import PlannerName


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A plan, who made it, and what has to be said of that."""

    plan: Plan
    by: PlannerName = "deterministic"
    caveats: tuple[str, ...] = ()


class Model(Protocol):
    """Makes plans, and may fail to."""

    def plan(self, question: str, context: Context) -> Plan:
        """Make a plan of a question."""
        ...


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Makes plans of questions.

    Attributes:
        choice: Whose plan counts.
        model: The language model, where one is set.
    """

    choice: PlannerChoice = "deterministic"
    model: Model | None = None

    def plan(self, question: str, context: Context) -> Planned:
        """Make a plan of a question.

        Args:
            question: As it was typed.
            context: What it is read against.
        """
        own = plan_question(question, context)
        is_own = self.choice == "deterministic" or (
            self.choice == "auto" and is_sure(own)
        )
        if self.model is None or is_own:
            mended = mended_words(question, context).items()
            told = tuple(f'I read "{wrong}" as "{meant}".' for wrong, meant in mended)
            return Planned(plan=own, caveats=told)
        try:
            return Planned(plan=self.model.plan(question, context), by="llm")
        except ModelFailed as error:
            unused = f"The language model was not used: {error}."
            return Planned(plan=own, caveats=(unused,))


def is_sure(plan: Plan) -> bool:
    """Whether the planner without a key knows what was asked for."""
    if isinstance(plan, Refusal):
        # A wish to write is no matter of understanding.
        return plan.reason == "read_only"
    return not isinstance(plan, Clarification)


WITHOUT_MODEL = Planner()
