"""Names of the asker's own: customers, teams and features are called as people like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.lexicon import filler, phrases

if TYPE_CHECKING:
    from chat.planner.lexicon import Meaning
    from chat.planner.slots import Slots

# Words that a name stands after, or before, also where it is an everyday word: what did
# search cost, spend on search, search cost. In "a summary of the cost" it is none.
VERSUS = {"vs", "versus", "against"}
BEFORE = {"did", "do", "does", "for", "of", "on", "has", "have", "is", "was", "will"}
BEFORE |= VERSUS
# Follow-ups that are but a name: only search, what about search.
LEADING = {"and", "but", "now", "just", "only", "what", "how", "about"}
AFTER = {"cost", "spend", "spending", "bill"} | VERSUS
JOINTS = {"and", "or"}
# Words for all there is; a team of that name needs the word team beside it.
FOR_ALL = {"ai", "all", "everything", "genai", "llm", "overall", "total", "whole"}
LONGEST_NAME, LONGEST_LABEL = 3, 2


def own_name(
    slots: Slots,
    known: dict[tuple[str, ...], list[Meaning]],
    at: int,
    length: int,
) -> list[Meaning]:
    """Give what the asker's own names stand for here.

    A team that is called platform, or a feature that is called forecast, is one beside
    the word team or feature; elsewhere the word keeps its meaning. A name that a team
    and a feature share is that of which the word stands beside it, else that of the
    kind that the question before was about, else that which the names joined to it can
    be of, else that of the kind that is read first. An everyday word is a name where
    only a name can stand.

    Args:
        slots: The question.
        known: The asker's own names.
        at: Place of the first word.
        length: How many words.
    """
    words, texts = slots.words, slots.texts
    phrase = tuple(texts[at : at + length])
    meanings = known.get(phrase, [])
    labels = _labels_beside(texts, at, at + length)
    labelled = [one for one in meanings if one.name in labels]
    joined = _joined(texts, known, at, at + length)
    is_placed = bool(joined) or _is_placed(texts, at, at + length)
    is_everyday = all(word.plain in filler() for word in words[at : at + length])
    is_plain = FOR_ALL.issuperset(phrase) or (is_everyday and not is_placed)
    if phrase in phrases() or is_plain:
        return labelled
    shared = [one for one in meanings if all(one.name in kinds for kinds in joined)]
    asked = [one for one in meanings if one.name in slots.before]
    asked = asked or shared or meanings
    return labelled or [one for one in asked if one.name == asked[0].name]


def _joined(
    texts: list[str], known: dict[tuple[str, ...], list[Meaning]], start: int, end: int
) -> list[set[str]]:
    """Give the kinds that the names before and after can be of: search and chatbot."""
    before = start - 1 if texts[max(start - 1, 0)] in JOINTS else start
    after = end + 1 if texts[end : end + 1] and texts[end] in JOINTS else end
    beside = dict.fromkeys(_beside(texts, before, after, LONGEST_NAME))
    return [{one.name for one in known[words]} for words in beside if words in known]


def _is_placed(texts: list[str], start: int, end: int) -> bool:
    """Whether words stand where a name does."""
    is_after = start > 0 and texts[start - 1] in BEFORE
    is_before = end < len(texts) and texts[end] in AFTER
    is_all = start > 0 and end == len(texts) and LEADING.issuperset(texts[:start])
    is_before = is_before and texts[max(start - 1, 0)] not in {"a", "an"}
    return is_after or is_all or is_before


def _labels_beside(texts: list[str], start: int, end: int) -> set[str]:
    """Give the dimensions that the words right before or after some name."""
    return {
        one.name
        for words in _beside(texts, start, end, LONGEST_LABEL)
        for one in phrases().get(words, ())
        if one.kind == "dimension"
    }


def _beside(
    texts: list[str], start: int, end: int, longest: int
) -> list[tuple[str, ...]]:
    """Give the phrases that end right before some words, or begin right after them."""
    return [
        tuple(words)
        for length in range(1, longest + 1)
        for words in (texts[max(start - length, 0) : start], texts[end : end + length])
    ]
