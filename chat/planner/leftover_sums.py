"""Questions that a plain sum of money is no answer to, though every word is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.leftover_word import Leftover

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat.planner.slots import Slots
    from chat.query import CostQuery

YES_OR_NO = {"is", "are", "was", "were", "do", "does", "did", "has", "have", "had"}
YES_OR_NO |= {"anything"}
# Do you have the cost; is there a figure: wishes to be told.
NO_SUBJECT = {"you", "there", "anybody", "anyone"}
# Whether something was used at all is told by what it cost.
OF_ANY = ("any", "anything", "use", "used", "much")
SUPPOSING = {"could", "would", "should", "might"}
WISHING = {"you", "i", "we", "somebody", "someone", "it"}


def compares(query: CostQuery) -> bool:
    """Whether figures are held against others, or against a limit."""
    return bool(query.comparison or query.metric_filters)


def leftover_sums(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for what a plain sum of money is no answer to.

    Args:
        slots: What was recognised.
        query: What a reading made of it.
    """
    texts = [word.text for word in slots.words[:2]]
    is_asked = texts[0] in YES_OR_NO and texts[1:] and texts[1] not in NO_SUBJECT
    is_plain = query.metrics[0] == "total_cost" and not query.dimensions
    is_asked = is_asked and not slots.says(*OF_ANY)
    is_supposed = texts[0] in SUPPOSING and texts[1:] and texts[1] not in WISHING
    if is_supposed and query.metrics[0] == "total_cost":
        yield Leftover(kind="sign", name="yes or no", at=0)
    for found in slots.periods:
        before = slots.words[found.start - 1].text if found.start else ""
        if before == "a" and found.time.name and found.time.name.endswith("day"):
            # On a Monday is on any of them.
            yield Leftover(kind="period", name="period", at=found.start)
    if is_asked and is_plain and not (compares(query) or slots.has("how much")):
        yield Leftover(kind="sign", name="yes or no", at=0)
    is_all = is_plain and not (query.filters or compares(query))
    for at in slots.signs.get("how much", ()) if is_all else ():
        # How much of it is what nobody knows here: the whole is no part.
        if slots.words[slots.ends[at] :] and slots.words[slots.ends[at]].text == "of":
            yield Leftover(kind="sign", name="how much", at=at)
