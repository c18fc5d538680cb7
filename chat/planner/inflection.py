"""The forms of a word, made by rule out of the one that the lists have.

A list holds creep, and means creeping and crept as well. Plurals and the s of verbs are
taken away from the words of a question instead (`text.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VOWELS = set("aeiou")
# After these a last consonant is never written twice.
NEVER_TWICE = set("wxyh")


def verb_forms(verb: str, irregular: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield a verb with its past and its participles.

    Args:
        verb: As the list has it: creep, or rack up, of which the first word changes.
        irregular: The past and the participle of verbs that have their own.
    """
    first, *rest = verb.split()
    stems = list(_stems(first))
    yield verb
    for form in irregular.get(first, [f"{stem}ed" for stem in stems]):
        yield " ".join([form, *rest])
    if first.endswith("ie"):
        stems = [f"{first[:-2]}y"]
    elif first.endswith(("y", "ee", "oe")):
        stems = [first]
    for stem in stems:
        yield " ".join([f"{stem}ing", *rest])


def superlative(adjective: str) -> list[str]:
    """Give the superlative of an adjective: fattest of fat, heftiest of hefty.

    Args:
        adjective: As the list has it.
    """
    return [f"{stem}est" for stem in _stems(adjective)]


def comparative(adjective: str) -> list[str]:
    """Give the comparative of an adjective: dearer of dear.

    Args:
        adjective: As the list has it.
    """
    return [f"{stem}er" for stem in _stems(adjective)]


def adverb(adjective: str) -> str:
    """Give the adverb of an adjective: roughly of rough.

    Args:
        adjective: As the list has it.
    """
    for end, put in (("ic", "ically"), ("le", "ly"), ("ll", "lly"), ("y", "ily")):
        if adjective.endswith(end):
            return adjective.removesuffix(end) + put
    return f"{adjective}ly"


def _stems(word: str) -> Iterator[str]:
    """Yield what an end that begins with a vowel is put to."""
    if word.endswith("e"):
        yield word[:-1]
        return
    if word.endswith("y") and word[-2:-1] not in VOWELS:
        yield f"{word[:-1]}i"
        return
    last, before = word[-1:], word[-3:-1]
    is_short = len(before) == len("ca") and before[1] in VOWELS
    is_short = is_short and last not in VOWELS | NEVER_TWICE
    is_double = is_short and (before[0] not in VOWELS or before == "ui")
    if is_double:
        yield word + last
    if not is_double or len([c for c in word if c in VOWELS]) > 1:
        # Totaled and totalled: people write both.
        yield word
