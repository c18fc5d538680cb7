"""Plans by a language model, each validated before it is acted upon."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pydantic_ai import Agent, ModelRetry, RunContext, ToolOutput
from pydantic_ai.exceptions import AgentRunError, ModelHTTPError, UsageLimitExceeded
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RunUsage, UsageLimits

from chat.errors import ModelFailed
from chat.evidence import Evidence
from chat.llm.prompt import question_prompt, system_prompt
from chat.planner.deterministic import Context
from chat.planner.values import UnknownValueError, canonical_filters
from chat.plans import (
    AlertRequest,
    Clarification,
    Explanation,
    Help,
    Plan,
    Query,
    Refusal,
    Report,
)

if TYPE_CHECKING:
    from pydantic_ai.models import Model

    from chat.llm.loop import Loop
    from chat.llm.settings import LlmSettings

logger = logging.getLogger(__name__)

KINDS = (Query, Explanation, Report, Clarification, Refusal, Help, AlertRequest)
MOST_PLAN_TOKENS = 2_000
SAID_INSTEAD = {
    "out_of_scope": "I answer questions about what your AI usage costs.",
    "no_such_data": "The bills do not tell that.",
    "read_only": "I can only read: nothing here changes bills, budgets or settings.",
    "not_allowed": "That is not shown to you.",
}
ASKED_INSTEAD = "What exactly do you mean?"


class LlmPlanner:
    """Asks a language model for plans."""

    def __init__(self, model: Model, settings: LlmSettings, loop: Loop) -> None:
        """Prepare the questions.

        Args:
            model: Whom to ask.
            settings: How much it may take.
            loop: Where requests run.
        """
        self._settings = settings
        self._loop = loop
        self._agent = make_agent(model, settings)

    def plan(self, question: str, context: Context) -> Plan:
        """Make a plan of a question.

        Args:
            question: As it was typed.
            context: What it is read against.

        Raises:
            ModelFailed: Nothing came back in time, within the budget, that holds.
        """
        return self._loop.run(self._plan(question, context))

    async def _plan(self, question: str, context: Context) -> Plan:
        limits = UsageLimits(
            request_limit=self._settings.retries + 1,
            total_tokens_limit=self._settings.tokens,
        )
        usage = RunUsage()
        try:
            async with asyncio.timeout(self._settings.seconds):
                result = await self._agent.run(
                    question_prompt(question, context),
                    deps=context,
                    usage_limits=limits,
                    usage=usage,
                )
        except (AgentRunError, TimeoutError) as error:
            raise ModelFailed(reason_of(error)) from error
        finally:
            # What came to nothing is billed as well.
            context.spent.add(self._settings.model, usage)
        logger.info(
            "planned by a language model: requests=%d in=%d out=%d",
            usage.requests,
            usage.input_tokens,
            usage.output_tokens,
        )
        return said_soberly(result.output, question)


def make_agent(model: Model, settings: LlmSettings) -> Agent[Context, Plan]:
    """Make what asks for plans: one tool for each kind, one of which has to be called.

    Args:
        model: Whom to ask.
        settings: How much it may take.
    """
    agent: Agent[Context, Plan] = Agent(
        model,
        deps_type=Context,
        output_type=[
            ToolOutput(kind, name=kind.model_fields["kind"].default) for kind in KINDS
        ],
        instructions=system_prompt(),
        retries=settings.retries,
        model_settings=ModelSettings(
            max_tokens=MOST_PLAN_TOKENS,
            timeout=settings.seconds,
            max_retries=settings.retries,
        ),
    )
    agent.output_validator(with_known_values)
    return agent


def with_known_values(run: RunContext[Context], plan: Plan) -> Plan:
    """Write values as rows hold them; have the model mend those that are not there."""
    try:
        if isinstance(plan, Query):
            found = canonical_filters(plan.query.filters, run.deps.vocabulary)
            query = plan.query.model_copy(update={"filters": found})
            return Query(query=query)
        if isinstance(plan, Explanation | Report | AlertRequest):
            found = canonical_filters(plan.filters, run.deps.vocabulary)
            return plan.model_copy(update={"filters": found})
    except (UnknownValueError, ValidationError) as error:
        raise ModelRetry(f"{error} Mend it, or ask back with choices.") from error
    return plan


def said_soberly(plan: Plan, question: str) -> Plan:
    """Take figures of the model's own out of what it says to the asker.

    Args:
        plan: What it made of the question.
        question: Whose numbers may be said again.
    """
    asked = Evidence(figures=(question,))
    if isinstance(plan, Refusal) and asked.foreign(plan.message):
        return plan.model_copy(update={"message": SAID_INSTEAD[plan.reason]})
    if isinstance(plan, Clarification) and asked.foreign(plan.question):
        return plan.model_copy(update={"question": ASKED_INSTEAD})
    return plan


def reason_of(error: Exception) -> str:
    """Say for people why a model gave nothing."""
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, UsageLimitExceeded):
        return "the question needed more than its budget"
    if isinstance(error, ModelHTTPError):
        busy = {429: "it is asked too much at the moment", 529: "it is overloaded"}
        return busy.get(error.status_code, f"it answered with {error.status_code}")
    logger.warning("A language model failed: %s", error)
    return "what it gave could not be used"
