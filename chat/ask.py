"""From a plan to an answer: run under the asker's scope, and worded."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from chat.alerts.proposals import propose
from chat.alerts.rules import SOME_DAY, AlertProposal
from chat.answer_changes import answer_change, answer_effects
from chat.answer_queries import answer_query
from chat.answer_reports import answer_report
from chat.answers import Answer, checked
from chat.dashboard_links import find_dashboard
from chat.errors import ModelFailed, QueryError
from chat.language import PLAIN
from chat.planner.deterministic import Context
from chat.plans import (
    AlertRequest,
    Clarification,
    Explanation,
    Plan,
    Query,
    Refusal,
    Report,
)
from chat.progress import Answered, Worded, Working, last_of
from chat.scoping import refuse_hidden
from chat.vocabulary import read_vocabulary
from chat.warehouse import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from chat.asker import Asker
    from chat.language import Language, Writer
    from chat.progress import Step
    from chat.query import CostQuery
    from chat.scope import Scope
    from chat.spent import Spent

logger = logging.getLogger(__name__)

EXAMPLES = (
    "What did we spend yesterday?",
    "Cost by model this month against last month",
    "Which customers are over budget?",
    "Why did costs change last week?",
)


@dataclass(frozen=True, kw_only=True)
class Before:
    """What was asked before, as the asker's own client kept it; nothing to be trusted.

    Attributes:
        query: The query before, for follow-ups.
        questions: Questions before, the oldest first.
    """

    query: CostQuery | None = None
    questions: tuple[str, ...] = ()


NOTHING_BEFORE = Before()


def answer_question(
    question: str,
    asker: Asker,
    previous: CostQuery | None = None,
    language: Language = PLAIN,
) -> tuple[Answer, CostQuery | None]:
    """Answer a question, and give the query for follow-ups to it.

    Args:
        question: As it was typed.
        asker: Who asks.
        previous: The query before.
        language: How it is read and worded.
    """
    before = Before(query=previous)
    found = last_of(answer_in_steps(question, asker, before, language))
    return found.answer, found.context


def answer_in_steps(
    question: str,
    asker: Asker,
    before: Before = NOTHING_BEFORE,
    language: Language = PLAIN,
) -> Iterator[Step]:
    """Answer a question, and tell of each step on the way; the last is the answer.

    Args:
        question: As it was typed.
        asker: Who asks.
        before: What was asked before.
        language: How it is read and worded.
    """
    yield Working(stage="planning")
    try:
        vocabulary = read_vocabulary(asker.reader, asker.scope, asker.schema)
    except QueryError as error:
        failed = Answer(text=str(error), outcome="failed")
        yield Answered(answer=failed, context=before.query)
        return
    context = Context(
        today=asker.today,
        vocabulary=vocabulary,
        previous=before.query,
        history=before.questions,
    )
    planned = language.planner.plan(question, context)
    yield Working(stage="querying")
    answer = answer_plan(planned.plan, asker)
    answer = replace(answer, caveats=(*answer.caveats, *planned.caveats))
    if language.writer and answer.evidence and answer.rows:
        yield Working(stage="wording")
        answer = yield from _worded(question, answer, language.writer, context.spent)
    query = planned.plan.query if isinstance(planned.plan, Query) else before.query
    yield Answered(
        answer=answer, context=query, planner=planned.by, spent=context.spent
    )


def _worded(
    question: str, answer: Answer, writer: Writer, spent: Spent
) -> Generator[Step, None, Answer]:
    """Have an answer worded; where that fails, the template's wording stands."""
    text = ""
    try:
        for piece in writer.write(question, answer, spent):
            text += piece
            yield Worded(text=piece)
    except ModelFailed as error:
        logger.warning("The wording of a language model was not used: %s.", error)
        return answer
    return checked(replace(answer, text=text.strip()))


def answer_plan(plan: Plan, asker: Asker) -> Answer:
    """Answer a plan.

    Args:
        plan: What a planner made of a question.
        asker: Who asks.
    """
    try:
        answer = _answer(plan, asker)
        return replace(answer, dashboard=find_dashboard(plan, answer, asker))
    except WarehouseError as error:
        return Answer(text=str(error), outcome="failed")
    except ValidationError as error:
        # Of a query that was made of an explanation.
        told = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return Answer(text=told, suggestions=EXAMPLES, outcome="refused")
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
    return _say(plan, asker.scope)


def _say(plan: Plan, scope: Scope) -> Answer:
    if isinstance(plan, AlertRequest):
        proposed = propose(plan)
        if isinstance(proposed, AlertProposal):
            refuse_hidden(proposed.query(SOME_DAY), scope)
            text = f"{proposed.text} Confirm it, and say where to."
            return Answer(text=text, alert=proposed)
        return _say(proposed, scope)
    if isinstance(plan, Clarification):
        return Answer(text=plan.question, choices=plan.choices, outcome="asked_back")
    if isinstance(plan, Refusal):
        return Answer(text=plan.message, suggestions=EXAMPLES, outcome="refused")
    return Answer(
        text="Ask what your AI usage costs, for example:", suggestions=EXAMPLES
    )
