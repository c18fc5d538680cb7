"""Questions that a plain sum of money is no answer to, though every word is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.leftover_word import Leftover
from chat.planner.lexicon import idle_verbs, money_words, spending_verbs
from chat.planner.unclear import is_of_money

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
# What somebody does who asks, or whose money goes somewhere.
WISHES = {"be", "been", "being", "was", "were", "do", "did", "doing", "done", "have"}
WISHES |= {"had", "having", "get", "got", "getting", "come", "came", "coming", "go"}
WISHES |= {"went", "going", "gone", "take", "took", "taken", "taking", "use", "used"}
WISHES |= {"need", "needed", "want", "wanted", "give", "show", "see", "look", "send"}
WISHES |= {"fetch", "find", "list", "tell", "pull", "prepare", "prep", "make", "let"}
WISHES |= {"know", "check", "summarise", "summarize", "put", "draw", "export", "print"}
WISHES |= {"view", "review", "zoom", "plot", "figure", "number", "report", "note"}
WISHES |= {"run", "ran", "running", "help", "provide", "produce", "generate", "compile"}
WISHES |= {"serve", "served", "serving", "display", "read", "grab", "dig", "walk"}
WISHES |= {"sum", "detail", "appear", "remember", "remind", "wonder", "wondering"}
SUPPOSING = {"could", "would", "should", "might"}
WISHING = {"you", "i", "we", "somebody", "someone", "it"}


def _other_doings(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for what somebody does, where nothing speaks of money: what Acme said."""
    is_of_cost = query.metrics == ("total_cost",)
    if not is_of_cost or slots.metrics or _speaks_of_money(slots):
        return
    for at, word in enumerate(slots.words):
        is_doing = word.text in idle_verbs() and word.text not in WISHES
        if is_doing and not slots.has_meaning(at):
            yield Leftover(kind="sign", name="doing", at=at)


def _speaks_of_money(slots: Slots) -> bool:
    return (
        is_of_money(slots)
        or slots.has("how much", "expensive", "share", "growth", "up", "down")
        or not money_words().isdisjoint(slots.texts)
        or not spending_verbs().isdisjoint(slots.texts)
    )


def compares(query: CostQuery) -> bool:
    """Whether figures are held against others, or against a limit."""
    return bool(query.comparison or query.metric_filters)


def leftover_sums(slots: Slots, query: CostQuery) -> Iterator[Leftover]:
    """Look for what a plain sum of money is no answer to.

    Args:
        slots: What was recognised.
        query: What a reading made of it.
    """
    yield from _other_doings(slots, query)
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
