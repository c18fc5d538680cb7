"""How questions are read and answers worded: with a language model, or without one."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chat.planner.choice import WITHOUT_MODEL, Planner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_ai.models import Model

    from chat.answers import Answer
    from chat.llm.settings import LlmSettings
    from chat.spent import Spent


class Writer(Protocol):
    """Words answers, and may fail to."""

    def write(self, question: str, answer: Answer, spent: Spent) -> Iterator[str]:
        """Give the words of an answer as they come."""
        ...


@dataclass(frozen=True, kw_only=True)
class Language:
    """How questions are read and answers worded.

    Attributes:
        planner: Makes plans of questions.
        writer: Words answers; without one, templates do.
    """

    planner: Planner = WITHOUT_MODEL
    writer: Writer | None = None


PLAIN = Language()


@contextmanager
def open_language(
    settings: LlmSettings | None, model: Model | None = None
) -> Iterator[Language]:
    """Give what the settings say, and close its connections in the end.

    Args:
        settings: The language model; None for none.
        model: For tests, instead of the one of the settings.

    Raises:
        SettingsError: The model cannot be had.
    """
    if settings is None:
        yield PLAIN
        return
    # Imported here: who sets no model does not wait for the libraries of models.
    from chat.llm.loop import Loop  # noqa: PLC0415
    from chat.llm.models import make_model  # noqa: PLC0415
    from chat.llm.planner import LlmPlanner  # noqa: PLC0415
    from chat.llm.wording import LlmWriter  # noqa: PLC0415

    used = model or make_model(settings.model)
    loop = Loop()
    try:
        loop.run(used.__aenter__())
        try:
            asked = None
            if settings.planner != "deterministic":
                asked = LlmPlanner(used, settings, loop)
            writes = settings.wording == "llm"
            yield Language(
                planner=Planner(choice=settings.planner, model=asked),
                writer=LlmWriter(used, settings, loop) if writes else None,
            )
        finally:
            loop.run(used.__aexit__(None, None, None))
    finally:
        loop.close()
