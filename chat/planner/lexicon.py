"""What the words of questions stand for.

They are those of `words.toml` and `lemmas.toml`, the phrases of `sayings.toml`, and the
registry's own.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import chain, product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chat.metrics import METRICS
from chat.planner.inflection import adverb, comparative, superlative, verb_forms
from chat.planner.text import read_words
from chat.relations import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["metric", "dimension", "value", "sign"]

_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
_SAYINGS = tomllib.loads(Path(__file__).with_name("sayings.toml").read_text("utf-8"))
# What a word in braces may be in a phrase.
_VARIANTS: dict[str, tuple[str, ...]] = {
    **{one.name: one.synonyms for one in DIMENSIONS.values()},
    **_SAYINGS["variants"],
}
_OPEN = re.compile(r"{(\w+)}")
FAMILIES: dict[str, str] = {
    **{name: name for name in _WORDS["families"]},
    **_WORDS["family_synonyms"],
}
MODEL_WORDS = frozenset(_WORDS["model_words"])
LONE_MODELS: dict[str, str] = _WORDS["lone_models"]
FILLER_AS_NAMES = frozenset(_WORDS["filler_as_names"])
NO_MISSPELLING = frozenset(_WORDS["no_misspelling"])
PERIODS: dict[str, list[str]] = _WORDS["periods"]
CORE: tuple[str, ...] = tuple(_WORDS["core"])


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a phrase stands for.

    Attributes:
        kind: A metric, a dimension, a value of one, or a sign of what kind of question
            it is.
        name: The metric, dimension or sign.
        value: For a value, what rows hold.
    """

    kind: Kind
    name: str
    value: str = ""


@cache
def _lemmas() -> dict[str, dict[str, list[str]]]:
    """Read the words of all forms; not before the first question needs them."""
    return tomllib.loads(Path(__file__).with_name("lemmas.toml").read_text("utf-8"))


@cache
def filler() -> frozenset[str]:
    """Give the words that carry nothing, in all of their forms."""
    nothing, spending = _lemmas()["nothing"], _lemmas()["spend"]
    found = {*_WORDS["filler"], *nothing["adverbs"], *nothing["nouns"]}
    found |= {*spending["nouns"], *plain_verbs()}
    for adjective in nothing["adjectives"]:
        found |= {adjective, adverb(adjective)}
    return frozenset(found)


@cache
def plain_verbs() -> frozenset[str]:
    """Give the forms of verbs that tell of no move, and of no other turn of phrase."""
    nothing, spending = _lemmas()["nothing"]["verbs"], _lemmas()["spend"]["verbs"]
    return frozenset(forms([*nothing, *spending])) | paying_verbs()


@cache
def idle_verbs() -> frozenset[str]:
    """Give the forms of verbs that do not even speak of spending: said, learnt."""
    return frozenset(forms(_lemmas()["nothing"]["verbs"]))


@cache
def paying_verbs() -> frozenset[str]:
    """Give the forms of verbs of which the object is money: tokens are eaten too."""
    return frozenset(forms(_lemmas()["spend"]["paying"]))


@cache
def spending_verbs() -> frozenset[str]:
    """Give the forms of all verbs for spending: eaten, gobbled up, paid."""
    return frozenset(forms(_lemmas()["spend"]["verbs"])) | paying_verbs()


@cache
def money_words() -> frozenset[str]:
    """Give the nouns for money, and for what it is kept in."""
    return frozenset(_lemmas()["spend"]["nouns"])


@cache
def tagging_verbs() -> frozenset[str]:
    """Give the forms of verbs for marking cost as of somebody: tagged, attributed."""
    return frozenset(forms(_lemmas()["giving"]["tagging"]))


@cache
def giving_verbs() -> frozenset[str]:
    """Give the forms of all verbs for saying of whom cost is: pinned on a customer."""
    return frozenset(forms(_lemmas()["giving"]["giving"])) | tagging_verbs()


@cache
def judging() -> frozenset[str]:
    """Give the adjectives and nouns that carry nothing, unless something is of them."""
    return frozenset(_lemmas()["nothing"]["adjectives"])


@cache
def things() -> frozenset[str]:
    """Give the nouns that carry nothing, unless money is spent on them."""
    verbs = frozenset(_lemmas()["nothing"]["verbs"])
    return frozenset(_lemmas()["nothing"]["nouns"]) | verbs


@cache
def movers() -> frozenset[str]:
    """Give the first words of the verbs that tell of a move: went, of go up."""
    moves = [*_lemmas()["moves"]["up"], *_lemmas()["moves"]["down"]]
    pushing = _lemmas()["separable"]["why"]
    return frozenset(forms(one.split()[0] for one in (*moves, *pushing)))


@cache
def separable() -> dict[tuple[str, str], str]:
    """Give what verbs with a particle stand for, in all forms of the verb."""
    return {
        (verb, particle): sign
        for sign, phrases_ in _lemmas()["separable"].items()
        for verb, particle in (form.split() for form in forms(phrases_))
    }


def forms(verbs: Iterable[str]) -> Iterator[str]:
    """Yield all forms of verbs.

    Args:
        verbs: As the lists have them.
    """
    irregular = _lemmas()["irregular"]
    return chain.from_iterable(verb_forms(verb, irregular) for verb in verbs)


def known_values() -> dict[str, tuple[str, ...]]:
    """Give the values that have a name here, by dimension, as rows hold them."""
    return {name: tuple(values) for name, values in _WORDS["values"].items()}


@cache
def phrases() -> dict[tuple[str, ...], list[Meaning]]:
    """Give all phrases, as words in singular, with what each can stand for."""
    found: dict[tuple[str, ...], list[Meaning]] = {}

    for meaning, spellings in _spellings():
        for phrase in spellings:
            for words in written(phrase):
                meanings = found.setdefault(words or (phrase,), [])
                if meaning not in meanings:
                    meanings.append(meaning)
    return found


@cache
def longest_phrase() -> int:
    """Give how many words the longest phrase has."""
    return max(len(phrase) for phrase in phrases())


def written(phrase: str) -> Iterator[tuple[str, ...]]:
    """Give the words of a phrase, once for each variant that it leaves open.

    Args:
        phrase: As the lists have it: number of {customer}.
    """
    parts = [
        _VARIANTS[part] if at % 2 else (part,)
        for at, part in enumerate(_OPEN.split(phrase))
    ]
    read = [[tuple(word.text for word in read_words(one)) for one in p] for p in parts]
    for chosen in product(*read):
        yield tuple(chain.from_iterable(chosen))


def _spellings() -> Iterator[tuple[Meaning, Iterable[str]]]:
    for metric in METRICS.values():
        yield Meaning(kind="metric", name=metric.name), metric.synonyms
    for dimension in DIMENSIONS.values():
        yield Meaning(kind="dimension", name=dimension.name), dimension.synonyms
    for name, values in _WORDS["values"].items():
        for value, spellings in values.items():
            yield Meaning(kind="value", name=name, value=value), spellings
    for region in _WORDS["regions"]:
        yield Meaning(kind="value", name="region", value=region), (region,)
    for sign, spellings in _WORDS["signs"].items():
        yield Meaning(kind="sign", name=sign), spellings
    for sign, found in _signs_of_forms():
        yield Meaning(kind="sign", name=sign), found
    # Inside the budget is a turn of phrase of its own, and speaks of the budget.
    speaking = [one for one in _SAYINGS["signs"]["within"] if "budget" in one]
    yield Meaning(kind="sign", name="budget"), speaking
    kinds: tuple[Kind, ...] = ("metric", "dimension", "sign")
    for kind in kinds:
        for name, spellings in _SAYINGS[f"{kind}s"].items():
            yield Meaning(kind=kind, name=name), spellings


def _signs_of_forms() -> Iterator[tuple[str, list[str]]]:
    """Yield the turns of phrase that all forms of some words stand for."""
    for sign, verbs in _lemmas()["signs"].items():
        yield sign, list(forms(verbs))
    for direction, verbs in _lemmas()["moves"].items():
        for sign in (direction, "growth"):
            yield sign, list(forms(verbs))
    for sign, verbs in _lemmas()["separable"].items():
        yield sign, list(forms(verbs))
    for sign, adjectives in _lemmas()["superlatives"].items():
        yield sign, [form for one in adjectives for form in superlative(one)]
    for sign, adjectives in _lemmas()["comparatives"].items():
        yield sign, [form for one in adjectives for form in comparative(one)]
