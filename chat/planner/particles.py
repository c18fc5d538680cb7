"""Up, down, over and the like, where they belong to a verb and mean nothing themselves.

Costs go up, and then up is a growth; they are racked up, pulled up, summed up, or end
up somewhere, and then it is none.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chat.planner.lexicon import movers, plain_verbs, separable

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTICLES = {"up", "down", "over", "through", "past", "inside", "within", "under"}
# Over the cloud bill and over all clients are no limits; over 500 and over budget are.
SPREADING = {"all", "every", "each", "both", "our", "the", "these", "those", "my"}
LIMITS = {"budget", "limit", "cap", "allowance", "target", "threshold", "plan", "line"}
BEING = {"be", "am", "is", "are", "was", "were", "been", "being", "do", "did", "does"}
BEING |= {"has", "have", "had", "will", "would", "could", "should", "can", "may"}
# Verbs that are nouns for money as often: AI spend up.
ALSO_NOUNS = {"spend", "spent", "cost", "bill", "charge", "burn", "total", "sum"}
ALSO_NOUNS |= {"number", "figure", "amount", "note", "tally", "matter", "result"}
ALSO_NOUNS |= {"use", "pay"}
# What these stand for was said before: break it down.
PRONOUNS = {"it", "this", "that", "these", "those", "them", "us", "you", "me"}
# Between a verb and its particle stands what is pulled, or broken, at most.
FARTHEST = 6
# In front of these, up and down lead on to an amount or to what was before.
LEADING_ON = {"by", "from", "or", "on", "versus", "vs", "compared", "%", "percent"}


def belongs_to_verb(texts: Sequence[str], at: int, length: int) -> bool:
    """Whether a particle is a part of a verb before it that tells of no move.

    Args:
        texts: The words.
        at: Where the particle stands.
        length: Of how many words it is one; in a phrase it has a meaning.
    """
    if at == 0 or length > 1 or texts[at] not in PARTICLES:
        return False
    after = texts[at + 1] if at + 1 < len(texts) else ""
    if texts[at] in {"up", "down"}:
        return after not in LEADING_ON - {"by", "or", "on"} and _is_of_verb(texts, at)
    if after in {"which", "what"}:
        # Under which rule names no limit.
        return True
    if texts[at - 1] in BEING or not _is_plain(texts[at - 1]):
        return texts[at] == "over" and after in SPREADING and not _limits(texts, at)
    return not _limits(texts, at)


def _is_of_verb(texts: Sequence[str], at: int) -> bool:
    """Whether the nearest verb before is one that takes up or down for its own."""
    if separable().get((texts[at - 1], texts[at])) == "in_passing":
        return True
    for place in range(at - 1, max(at - 1 - FARTHEST, -1), -1):
        text = texts[place]
        if text in movers() or text in BEING:
            return False
        if _is_plain(text):
            return True
    return False


def _is_plain(text: str) -> bool:
    """Whether a word is a verb that tells of no move, and no noun for money."""
    return text in plain_verbs() and text not in ALSO_NOUNS


def _limits(texts: Sequence[str], at: int) -> bool:
    """Whether an amount or a budget follows, of which more or less is spoken."""
    near = texts[at + 1 : at + 4]
    is_amount = any(any(c.isdigit() for c in text) for text in near)
    return is_amount or bool(LIMITS & set(near))


def pairs(texts: Sequence[str]) -> dict[int, tuple[int, str]]:
    """Give the verbs that are parted from their particle: break the bill down.

    Args:
        texts: The words.

    Returns:
        The place of the verb, with that of the particle and what both stand for.
    """
    found: dict[int, tuple[int, str]] = {}
    for at, text in enumerate(texts):
        if text not in _verbs():
            continue
        for place in range(at + 2, min(at + 2 + FARTHEST, len(texts))):
            between = texts[place - 1]
            if _is_plain(between) or between in movers():
                break
            sign = separable().get((text, texts[place]))
            if sign and not PRONOUNS.issuperset(texts[at + 1 : place]):
                found[at] = place, sign
                break
    return found


@cache
def _verbs() -> frozenset[str]:
    return frozenset(verb for verb, _ in separable())
