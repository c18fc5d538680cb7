"""Cost that is said to be of nobody: not tied to a customer, can't be pinned on anyone.

How people say so has three parts, a no, a verb of giving and perhaps to whom, each in
many words; all of them together would be tens of thousands of phrases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.lexicon import giving_verbs, tagging_verbs
from chat.relations import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

DENYING = {"not", "never", "cannot", "can't", "couldn't", "isn't", "wasn't", "aren't"}
DENYING |= {"weren't", "hasn't", "haven't", "hadn't", "don't", "doesn't", "didn't"}
DENYING |= {"unable", "nobody", "won't", "wouldn't", "fail", "failed", "without", "yet"}
# What may stand between the no and the verb: could not yet be properly tied.
BETWEEN = {"be", "been", "being", "yet", "get", "got", "we", "you", "it", "to", "have"}
BETWEEN |= {"properly", "directly", "easily", "clearly", "really", "currently", "able"}
BETWEEN |= {"could", "can", "actually", "ever", "reliably", "anyone", "possibly"}
LEADING = {"to", "on", "with", "against", "for", "back", "directly", "onto", "down"}
LEADING |= {"any", "a", "an", "one", "single", "specific", "particular", "given", "our"}
LEADING |= {"known", "certain", "individual"}
ANYBODY = {"anyone", "anybody", "someone", "somebody", "owner", "individual"}
OWNERS = ANYBODY | {one for one in DIMENSIONS["customer"].synonyms if " " not in one}
FARTHEST = 4


def read_ownerless(texts: Sequence[str], at: int) -> int | None:
    """Read that cost is of nobody.

    Args:
        texts: The words.
        at: Where the saying would begin.

    Returns:
        The place after its last word, None where it is no such saying.
    """
    if texts[at] in giving_verbs():
        return _to_no_one(texts, at + 1)
    if texts[at] not in DENYING:
        return None
    verb = at + 1
    while verb < len(texts) and verb <= at + FARTHEST and texts[verb] in BETWEEN:
        verb += 1
    if verb >= len(texts) or texts[verb] not in giving_verbs():
        return None
    end = verb + 1
    while end < len(texts) and texts[end] in LEADING:
        end += 1
    if end < len(texts) and texts[end] in OWNERS:
        return end + 1
    is_of_other = end > verb + 1 and end < len(texts)
    return None if is_of_other or texts[verb] not in tagging_verbs() else verb + 1


def _to_no_one(texts: Sequence[str], at: int) -> int | None:
    """Read to no customer, to nobody, after a verb of giving."""
    at += texts[at : at + 1] in (["to"], ["on"], ["with"])
    if texts[at : at + 1] == ["nobody"]:
        return at + 1
    is_no = texts[at : at + 1] == ["no"] and texts[at + 1 : at + 2]
    return at + 2 if is_no and texts[at + 1] in OWNERS | {"one"} else None
