"""What the words of questions stand for.

They are those of `words.toml`, the phrases of `sayings.toml`, and the registry's own.
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
FILLER = frozenset(_WORDS["filler"])
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
    for sign, spellings in _WORDS["signs"].items():
        yield Meaning(kind="sign", name=sign), spellings
    kinds: tuple[Kind, ...] = ("metric", "dimension", "sign")
    for kind in kinds:
        for name, spellings in _SAYINGS[f"{kind}s"].items():
            yield Meaning(kind=kind, name=name), spellings
