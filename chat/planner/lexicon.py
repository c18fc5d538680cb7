"""What the words of questions stand for: `words.toml`, and the registry's own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chat.metrics import METRICS
from chat.planner.text import read_words
from chat.relations import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["metric", "dimension", "value", "sign"]

_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
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

    def add(phrase: str, meaning: Meaning) -> None:
        words = tuple(word.text for word in read_words(phrase))
        found.setdefault(words or (phrase,), []).append(meaning)

    for meaning, spellings in _spellings():
        for phrase in spellings:
            for written in _written(phrase):
                add(written, meaning)
    return found


def _written(phrase: str) -> Iterator[str]:
    """Give a phrase with each word for a dimension that it leaves open: {customer}."""
    for dimension in DIMENSIONS.values():
        place = f"{{{dimension.name}}}"
        if place in phrase:
            yield from (phrase.replace(place, one) for one in dimension.synonyms)
            return
    yield phrase


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
