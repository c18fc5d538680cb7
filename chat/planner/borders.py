"""Phrases that reach over a border of grammar, and are none there.

Heavier usage or higher rates names no limit, though or higher does after a number; list
cost anomalies wants a list, though there is a list cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.lexicon import phrases

if TYPE_CHECKING:
    from chat.planner.slots import Slots

AFTER_A_NUMBER = 6
# Words that begin a wish, and a phrase elsewhere: list the costs, the list cost.
COMMANDS = {"list", "split", "share", "charge", "total", "rate", "bill"}
BEFORE_A_COMMAND = {"please", "you", "and", "to", "then", "just", "now"}


def is_across(slots: Slots, phrase: tuple[str, ...], at: int) -> bool:
    """Whether words stand beside one another without making a phrase here.

    Args:
        slots: What was recognised so far.
        phrase: The words.
        at: Where they begin.
    """
    signs = {one.name for one in phrases().get(phrase, ())}
    if signs & {"or more", "or less"}:
        return not any(0 < at - one.at <= AFTER_A_NUMBER for one in slots.numbers)
    is_command = at == 0 or slots.words[at - 1].text in BEFORE_A_COMMAND
    if not (is_command and len(phrase) > 1 and phrase[0] in COMMANDS):
        return False
    after = tuple(word.text for word in slots.words[at + len(phrase) :][:1])
    kinds = {one.kind for one in phrases().get(after, ())}
    is_plural = slots.words[at + len(phrase) - 1].plain.endswith("s")
    named = {one.kind for one in phrases().get(phrase, ())}
    return named == {"metric"} and (is_plural or "metric" in kinds)
