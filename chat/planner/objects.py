"""Words that carry nothing in most questions, and are what is asked about in some.

A meeting, a report or a document is said in passing; what was spent on meetings is
asked for, and no bill tells it. Useful says nothing; the most useful model is another
matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.lexicon import judging, paying_verbs, things

if TYPE_CHECKING:
    from chat.planner.slots import Slots
    from chat.planner.text import Word

SPENT = {"spend", "spent", "spending", "cost", "price", "bill", "expense", "charge"}
SPENT |= {"expenditure", "outlay", "money", "dollar"}
DETERMINERS = {"a", "an", "the", "our", "my", "all", "these", "those", "this", "that"}
DETERMINERS |= {"their", "its", "your", "any", "some", "each", "every"}
RANKING = {"most", "least", "more", "less", "how"}
# What money goes to stands behind one of these.
LEADING = {"on", "of"}


def hidden_objects(slots: Slots) -> list[Word]:
    """Give the words in passing that this question is about, which are not known.

    Args:
        slots: What was recognised.
    """
    return [
        word
        for at, word in enumerate(slots.words)
        if not _is_recognised(slots, at)
        and (_is_bought(slots, at) or _is_ranked(slots, at) or _is_but(slots, at))
    ]


def _is_recognised(slots: Slots, at: int) -> bool:
    """Whether a word is a part of what has a meaning here."""
    return slots.has_meaning(at) or any(
        one.start <= at < one.end for one in slots.periods
    )


def _is_bought(slots: Slots, at: int) -> bool:
    """Whether money is spent on something: spend on meetings, what a document costs."""
    word = slots.words[at]
    if word.text not in things():
        return False
    start = at
    while start and slots.words[start - 1].text in DETERMINERS:
        start -= 1
    before = [one.text for one in slots.words[max(start - 2, 0) : start]]
    is_led = len(before) > 1 and before[-1] in LEADING and before[-2] in SPENT
    is_paid = before[-1:] == ["for"] and before[0] not in SPENT
    is_paid = is_paid and before[0] in paying_verbs()
    after = slots.words[at + 1].text if at + 1 < len(slots.words) else ""
    is_noun = start < at or word.plain != word.text
    is_made = start > 0 and _is_recognised(slots, start - 1)
    costs = after in SPENT and is_noun and not is_made
    return is_led or is_paid or costs


def _is_but(slots: Slots, at: int) -> bool:
    """Whether but stands before a name, which it may leave out or add."""
    after = at + 1
    while after < len(slots.words) and slots.words[after].text in {"the", "for", "on"}:
        after += 1
    named = {one.at for one in slots.values} | {one.at for one in slots.models}
    return slots.words[at].text == "but" and after in named


def _is_ranked(slots: Slots, at: int) -> bool:
    """Whether something is to be ranked or judged by a word: the most useful model."""
    before = slots.words[at - 1].text if at else ""
    return slots.words[at].text in judging() and before in {"most", "least"}
