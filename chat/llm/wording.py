"""Answers worded by a language model, out of the figures that came back only."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_ai import Agent
from pydantic_ai.exceptions import AgentRunError
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RunUsage, UsageLimits

from chat.answers import formatted
from chat.errors import ModelFailed
from chat.llm.planner import reason_of
from chat.llm.prompt import clean, data_block

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from pydantic_ai.models import Model

    from chat.answers import Answer
    from chat.evidence import Evidence
    from chat.llm.loop import Loop
    from chat.llm.settings import LlmSettings
    from chat.spent import Spent

logger = logging.getLogger(__name__)

MOST_ROWS_TOLD = 20
MOST_WORDS_TOKENS = 400
LONGEST_WORDING = 1_200
RULES = Path(__file__).with_name("wording_rules.md").read_text("utf-8")


class LlmWriter:
    """Asks a language model for wordings."""

    def __init__(self, model: Model, settings: LlmSettings, loop: Loop) -> None:
        """Prepare the questions.

        Args:
            model: Whom to ask.
            settings: How much it may take.
            loop: Where requests run.
        """
        self._settings = settings
        self._loop = loop
        self._agent = Agent(
            model,
            instructions=RULES,
            model_settings=ModelSettings(
                max_tokens=MOST_WORDS_TOKENS,
                timeout=settings.seconds,
                max_retries=settings.retries,
            ),
        )

    def write(self, question: str, answer: Answer, spent: Spent) -> Iterator[str]:
        """Give the words of an answer as they come, each figure checked before it goes.

        Args:
            question: As it was typed.
            answer: With its rows, and the template's wording of them.
            spent: Counts what the model uses for it.

        Raises:
            ModelFailed: It failed, or made a figure up; what was given is void.
        """
        if answer.evidence is None:
            raise ModelFailed("there is nothing to word")
        return only_proven(
            self._loop.stream(lambda: self._pieces(question, answer, spent)),
            answer.evidence,
        )

    async def _pieces(
        self, question: str, answer: Answer, spent: Spent
    ) -> AsyncIterator[str]:
        usage = RunUsage()
        limits = UsageLimits(request_limit=1, total_tokens_limit=self._settings.tokens)
        try:
            async with (
                asyncio.timeout(self._settings.seconds),
                self._agent.run_stream(
                    wording_prompt(question, answer), usage_limits=limits, usage=usage
                ) as result,
            ):
                async for piece in result.stream_text(delta=True, debounce_by=None):
                    # Half a surrogate could be written in no answer.
                    yield piece.encode("utf-8", "ignore").decode("utf-8")
        except (AgentRunError, TimeoutError) as error:
            raise ModelFailed(reason_of(error)) from error
        finally:
            spent.add(self._settings.model, usage)


def only_proven(pieces: Iterator[str], evidence: Evidence) -> Iterator[str]:
    """Let words pass once the figures in them are proven, and stop at one that is not.

    The last word is held back until the next one has come: 6.6 may yet be 6.6 billion.

    Args:
        pieces: Words as they come.
        evidence: What they may draw on.

    Raises:
        ModelFailed: A figure is foreign, or it is too long or empty.
    """
    text, sent = "", 0
    for piece in pieces:
        text += piece
        if len(text) > LONGEST_WORDING:
            raise ModelFailed("its wording is too long")
        whole = text[: text.rfind(" ") + 1].rstrip()
        _check(whole, evidence, may_go_on=True)
        passed = whole.rfind(" ") + 1
        if passed > sent:
            yield text[sent:passed]
            sent = passed
    _check(text, evidence, may_go_on=False)
    if not text.strip():
        raise ModelFailed("it said nothing")
    yield text[sent:]


def _check(text: str, evidence: Evidence, *, may_go_on: bool) -> None:
    foreign = [
        found
        for found, end in evidence.foreign_with_ends(text)
        if end < len(text) or not may_go_on
    ]
    if foreign:
        logger.warning("A wording was refused for figures of its own: %s", foreign)
        raise ModelFailed("its wording has figures of its own")


def wording_prompt(question: str, answer: Answer) -> str:
    """Give what is said of one answer.

    Args:
        question: As it was typed.
        answer: With its rows, and the template's wording of them.
    """
    rows = [formatted(answer.columns, [row]) for row in answer.rows[:MOST_ROWS_TOLD]]
    told = {
        "columns": [column.label for column in answer.columns],
        "rows": [[clean(cell, 200) for cell in row] for row in rows],
        "plain wording": clean(answer.text, 2_000),
    }
    return "\n\n".join(
        (
            data_block("question", clean(question, len(question))),
            data_block("answer", told),
        )
    )
