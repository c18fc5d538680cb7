"""From a plan to an answer: run under the asker's scope, and worded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chat.alerts.proposals import propose
from chat.alerts.rules import AlertProposal
from chat.answer_changes import answer_change, answer_effects
from chat.answer_queries import answer_query
from chat.answer_reports import answer_report
from chat.answers import Answer
from chat.dashboard_links import find_dashboard
from chat.errors import QueryError
from chat.planner.deterministic import Context, plan_question
from chat.plans import (
    AlertRequest,
    Clarification,
    Explanation,
    Plan,
    Query,
    Refusal,
    Report,
)
from chat.progress import Answered, Working
from chat.vocabulary import read_vocabulary
from chat.warehouse import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat.asker import Asker
    from chat.progress import Step
    from chat.query import CostQuery

EXAMPLES = (
    "What did we spend yesterday?",
    "Cost by model this month against last month",
    "Which customers are over budget?",
    "Why did costs change last week?",
)


def answer_question(
    question: str, asker: Asker, previous: CostQuery | None = None
) -> tuple[Answer, CostQuery | None]:
    """Answer a question, and give the query for follow-ups to it.

    Args:
        question: As it was typed.
        asker: Who asks.
        previous: The query before.
    """
    for step in answer_in_steps(question, asker, previous):
        if isinstance(step, Answered):
            return step.answer, step.context
    raise AssertionError("the last step is always an answer")


def answer_in_steps(
    question: str, asker: Asker, previous: CostQuery | None = None
) -> Iterator[Step]:
    """Answer a question, and tell of each step on the way; the last is the answer.

    Args:
        question: As it was typed.
        asker: Who asks.
        previous: The query before.
    """
    yield Working(stage="planning")
    try:
        vocabulary = read_vocabulary(asker.reader, asker.scope, asker.schema)
    except QueryError as error:
        failed = Answer(text=str(error), outcome="failed")
        yield Answered(answer=failed, context=previous)
        return
    context = Context(today=asker.today, vocabulary=vocabulary, previous=previous)
    plan = plan_question(question, context)
    query = plan.query if isinstance(plan, Query) else previous
    yield Working(stage="querying")
    yield Answered(answer=answer_plan(plan, asker), context=query)


def answer_plan(plan: Plan, asker: Asker) -> Answer:
    """Answer a plan.

    Args:
        plan: What a planner made of a question.
        asker: Who asks.
    """
    try:
        answer = _answer(plan, asker)
        return replace(answer, dashboard=find_dashboard(plan, answer))
    except WarehouseError as error:
        return Answer(text=str(error), outcome="failed")
    except QueryError as error:
        return Answer(text=str(error), suggestions=EXAMPLES, outcome="refused")


def _answer(plan: Plan, asker: Asker) -> Answer:
    if isinstance(plan, Query):
        return answer_query(plan.query, asker)
    if isinstance(plan, Explanation):
        is_mix = plan.topic == "price_volume_mix"
        return answer_effects(plan, asker) if is_mix else answer_change(plan, asker)
    if isinstance(plan, Report):
        return answer_report(plan, asker)
    return _say(plan)


def _say(plan: Plan) -> Answer:
    if isinstance(plan, AlertRequest):
        proposed = propose(plan)
        if isinstance(proposed, AlertProposal):
            text = f"{proposed.text} Confirm it, and say where to."
            return Answer(text=text, alert=proposed)
        return _say(proposed)
    if isinstance(plan, Clarification):
        return Answer(text=plan.question, choices=plan.choices, outcome="asked_back")
    if isinstance(plan, Refusal):
        return Answer(text=plan.message, suggestions=EXAMPLES, outcome="refused")
    return Answer(
        text="Ask what your AI usage costs, for example:", suggestions=EXAMPLES
    )
