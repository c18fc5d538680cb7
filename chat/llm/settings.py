"""Settings of the language model; without one, nothing is sent anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

from chat.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

PlannerChoice = Literal["auto", "llm", "deterministic"]
WordingChoice = Literal["template", "llm"]


@dataclass(frozen=True, kw_only=True)
class LlmSettings:
    """Which model is asked, for what, and how much it may take.

    Attributes:
        model: Vendor and model, such as anthropic:claude-sonnet-5-5.
        planner: Who reads a question: the planner without a key where it is sure and
            the model where not (auto), always the model, or never.
        wording: Whether the model words answers too.
        seconds: Longest that one question may keep the model, retries included.
        tokens: Most tokens of one question, in and out together.
        retries: How often a failed request, or a plan that does not hold, is tried
            again.
    """

    model: str
    planner: PlannerChoice = "auto"
    wording: WordingChoice = "template"
    seconds: float = 20.0
    tokens: int = 40_000
    retries: int = 2


def read_llm_settings(given: Mapping[str, str]) -> LlmSettings | None:
    """Read the settings; None where no model is set.

    Args:
        given: The environment.

    Raises:
        SettingsError: A value is wrong.
    """
    planner = _one_of(given, "LLM_COSTS_CHAT_PLANNER", "auto", get_args(PlannerChoice))
    wording = _one_of(
        given, "LLM_COSTS_CHAT_WORDING", "template", get_args(WordingChoice)
    )
    seconds = _number(given, "LLM_COSTS_CHAT_LLM_SECONDS", 20, least=1)
    tokens = _number(given, "LLM_COSTS_CHAT_LLM_TOKENS", 40_000, least=1_000)
    retries = _number(given, "LLM_COSTS_CHAT_LLM_RETRIES", 2, least=0)
    model = given.get("LLM_COSTS_CHAT_MODEL") or ""
    if not model:
        if planner == "llm" or wording == "llm":
            raise SettingsError(
                "LLM_COSTS_CHAT_PLANNER=llm and LLM_COSTS_CHAT_WORDING=llm need "
                "LLM_COSTS_CHAT_MODEL, such as anthropic:claude-sonnet-5-5."
            )
        return None
    if ":" not in model:
        raise SettingsError(
            f"LLM_COSTS_CHAT_MODEL={model!r} has to name vendor and model, such as "
            "anthropic:claude-sonnet-5-5."
        )
    return LlmSettings(
        model=model,
        planner=cast("PlannerChoice", planner),
        wording=cast("WordingChoice", wording),
        seconds=seconds,
        tokens=tokens,
        retries=retries,
    )


def _one_of(
    given: Mapping[str, str], name: str, default: str, known: tuple[str, ...]
) -> str:
    value = given.get(name) or default
    if value not in known:
        raise SettingsError(f"{name}={value!r} is none of {', '.join(known)}.")
    return value


def _number(given: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    value = given.get(name) or str(default)
    if not (value.isascii() and value.isdigit()) or int(value) < least:
        raise SettingsError(f"{name}={value!r} is no whole number from {least} on.")
    return int(value)
