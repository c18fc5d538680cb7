"""Whether a word such as model asks for a split, or is only said in passing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.relations import DIMENSIONS

if TYPE_CHECKING:
    from chat.planner.slots import Slots
    from chat.query import TimeRange

# Words that name a dimension only where a split is asked for: by LLM, which platform.
IN_PASSING = {
    "llm",
    "platform",
    "group",
    "family",
    "tier",
    "category",
    "application",
    "capability",
    "functionality",
}
LEADING_A_SPLIT = {"by", "per", "each", "which", "what", "every", "across", "and"}
DOERS = {"spender"}
PARTS_OF_TIME = {"day", "week", "month"}
# Words for all of AI, where nothing asks to tell the parts of it apart.
GENERIC = {"model", "service", "llm", "token"}
OF_AI = {"ai", "llm", "genai", "our", "all", "the", "these", "language"}
SPENT_ON = {"on", "for", "in"}
TELLING_APART: tuple[str, ...] = ("most", "least", "rank", "versus", "breakdown", "by")
TELLING_APART += ("share", "fast", "growth", "trend", "over", "under", "several clouds")
OWNERS = {"customer", "team", "project", "feature"}
DETERMINERS = {"our", "the", "all", "my", "these", "those", "your"}


def is_spoken_of(slots: Slots, name: str, at: int) -> bool:
    """Whether a dimension's word asks for that dimension, rather than naming a kind."""
    return not (
        _is_only_a_label(slots, name, at)
        or _is_said_in_passing(slots, at)
        or _is_subject(slots, at)
        or _is_generic(slots, at)
        or (DIMENSIONS[name].is_time and _leads_to_a_period(slots, at))
    )


def _is_only_a_label(slots: Slots, name: str, at: int) -> bool:
    """Whether a dimension's word only names the kind of a value: customer Globex."""
    is_next = any(
        value.dimension == name and value.at in {at + 1, at - 1}
        for value in slots.values
    )
    if name != "model":
        # Customer Globex, but not: without Globex, customers.
        is_own = name == "customer" and slots.is_plural(at)
        is_after = any(value.at == at - 1 for value in slots.values)
        return is_next and not (is_own and is_after)
    if slots.has("most", "least") or _is_each(slots, at):
        # The dearest Claude model is one of several.
        return False
    if any(one.at == at + 1 and one.dimension in OWNERS for one in slots.values):
        # The models Globex used are those of Globex.
        return False
    # Claude models, OpenAI models, embedding models.
    return is_next or any(
        at in {end, start - 1}
        for start, end in (
            *((model.at, model.end) for model in slots.models),
            *((value.at, value.at + 1) for value in slots.values),
        )
    )


def _is_each(slots: Slots, at: int) -> bool:
    """Whether each Claude model is asked for, or which one."""
    starts = [one.at for one in slots.models if one.end == at]
    before = {slots.words[start - 1].text for start in starts if start}
    return bool(before & {"each", "every", "which", "per", "by"})


def _is_said_in_passing(slots: Slots, at: int) -> bool:
    """Whether a word like LLM only says what all of this is about."""
    if slots.words[at].text in DOERS:
        # The team that is the biggest spender is a team.
        others = {name for name in slots.dimension_names() if name != "customer"}
        return any(not DIMENSIONS[name].is_time for name in others)
    if slots.words[at].text not in IN_PASSING:
        return False
    return at == 0 or slots.words[at - 1].text not in LEADING_A_SPLIT


def _leads_to_a_period(slots: Slots, at: int) -> bool:
    """Whether a word such as month only says what a period is: the month of October."""
    after = at + 1
    after += after < len(slots.words) and slots.words[after].text == "of"
    is_led = at > 0 and slots.words[at - 1].text in LEADING_A_SPLIT
    return not is_led and any(
        one.start == after and _is_of(slots.words[at].text, one.time)
        for one in slots.periods
    )


def _is_of(unit: str, time: TimeRange) -> bool:
    """Whether a span is a month, or a day, as the word before it says."""
    length = (time.last - time.first).days + 1 if time.first and time.last else 0
    lengths = {"day": range(1, 2), "date": range(1, 2), "month": range(28, 32)}
    return length in lengths.get(unit, ())


def _is_generic(slots: Slots, at: int) -> bool:
    """Whether all of AI is meant: spend on models, tax on services, our model bill."""
    end = slots.ends.get(at, at + 1)
    if slots.texts[max(at - 1, 0)] in {"our", "my"} and slots.texts[at] == "model":
        is_kind = ("total_cost", end) in slots.metrics and not slots.is_plural(at)
        return is_kind and not slots.has(*TELLING_APART)
    if slots.words[end - 1].text not in GENERIC or not slots.is_plural(at):
        return False
    start = at
    while start and slots.words[start - 1].text in OF_AI:
        start -= 1
    before = slots.words[start - 1].text if start else ""
    return before in SPENT_ON and not slots.has(*TELLING_APART)


def _is_subject(slots: Slots, at: int) -> bool:
    """Whether all of a kind do something together: how much did our customers use."""
    before = [word.text for word in slots.words[max(at - 3, 0) : at]]
    while before and before[-1] in DETERMINERS | {"of"}:
        before.pop()
    if slots.has("versus"):
        # How do our teams compare.
        return False
    return slots.is_plural(at) and before[-1:] in (["did"], ["do"], ["have"], ["had"])


def each_of(slots: Slots) -> list[str]:
    """Give the days, weeks or months of a period of which each is asked for.

    Args:
        slots: The question.
    """
    found = []
    for one in slots.periods:
        before = [word.text for word in slots.words[max(one.start - 3, 0) : one.start]]
        while before and before[-1] in {"of", "the"}:
            before.pop()
        words = [word.text for word in slots.words[one.start : one.end]]
        units = [text for text in words if text in PARTS_OF_TIME]
        if before[-1:] in (["each"], ["every"]) and units and one.start > 1:
            found.append(units[-1])
    return found
