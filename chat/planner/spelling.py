"""Misspelt words of the lexicon's core, read as meant where only one is close."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from chat.planner.lexicon import CORE, NO_MISSPELLING
from chat.planner.text import Word, singular

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST = 4
CLOSE = 0.83


def mend(words: Iterable[Word], unknown: Iterable[Word]) -> dict[str, Word]:
    """Give the words that some unknown ones are misspellings of.

    Args:
        words: The question.
        unknown: Its words that are in no list.
    """
    said = {word.text for word in words}
    found = {}
    for one in unknown:
        close = {singular(core): core for core in CORE if _is_close(one.plain, core)}
        # What was said already is not said once more by mistake.
        if len(close) == 1 and not said & close.keys():
            found[one.plain] = Word(*next(iter(close.items())))
    return found


def _is_close(word: str, core: str) -> bool:
    if word == core or word in NO_MISSPELLING:
        return False
    if word[:1] != core[:1] or min(len(word), len(core)) < SHORTEST:
        return False
    if len(word) == len(core) and sorted(word) == sorted(core):
        pairs = enumerate(zip(word, core, strict=True))
        differing = [at for at, (typed, meant) in pairs if typed != meant]
        # Two neighbours that changed places.
        return differing == list(range(differing[0], differing[0] + 2))
    return SequenceMatcher(None, word, core).ratio() >= CLOSE
