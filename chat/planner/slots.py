"""A question's words sorted into slots: periods, values, dimensions, metrics, signs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from chat.planner.lexicon import Meaning
from chat.planner.text import Word, read_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from chat.planner.time_words import Found


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The names that the asker's own data holds.

    It is read under the asker's scope, so that a planner cannot even know the name of
    another customer.

    Attributes:
        values: Dimension to what people call a value, to what rows hold.
    """

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def phrases(self) -> dict[tuple[str, ...], list[Meaning]]:
        """The names as words, each with what it may mean; a question is read often."""
        found: dict[tuple[str, ...], list[Meaning]] = {}
        for dimension, values in self.values.items():
            for name, value in values.items():
                phrase = tuple(word.text for word in read_words(name))
                meaning = Meaning(kind="value", name=dimension, value=value)
                found.setdefault(phrase, []).append(meaning)
        return found


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value that was named."""

    dimension: str
    value: str
    at: int


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model or a family of models that was named."""

    family: str | None
    name: str
    is_family: bool
    at: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number, with what it counts."""

    value: float
    at: int
    is_percent: bool = False


@dataclass(kw_only=True)
class Slots:
    """What was found in a question, each with the place of its first word.

    Attributes:
        today: The asker's day.
        before: Dimensions that the question before names.
        ends: The place after the last word of what begins at a place.
        mended: Misspelt words, and what they were read as.
    """

    words: list[Word]
    today: date
    before: frozenset[str] = frozenset()
    periods: list[Found] = field(default_factory=list)
    metrics: list[tuple[str, int]] = field(default_factory=list)
    dimensions: list[tuple[str, int]] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    models: list[Model] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    signs: dict[str, list[int]] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    unknown: list[Word] = field(default_factory=list)
    mended: dict[str, str] = field(default_factory=dict)

    @cached_property
    def texts(self) -> list[str]:
        """The words as they are compared."""
        return [word.text for word in self.words]

    def has(self, *names: str) -> bool:
        """Whether any of some signs is there."""
        return any(name in self.signs for name in names)

    def says(self, *texts: str) -> bool:
        """Whether any of some words is there."""
        return any(word.text in texts for word in self.words)

    def says_plain(self, *plain: str) -> bool:
        """Whether any of some words is there just as it is written."""
        return any(word.plain in plain for word in self.words)

    def has_meaning(self, at: int) -> bool:
        """Whether a word is a part of what was recognised, periods apart."""
        return any(start <= at < end for start, end in self.ends.items())

    def is_plural(self, at: int) -> bool:
        """Whether a word, or the last one of a phrase, stands in plural."""
        word = self.words[self.ends.get(at, at + 1) - 1]
        return word.plain != word.text

    def named(self, dimension: str) -> list[str]:
        """Give the values that were named of a dimension, each once."""
        found = [one.value for one in self.values if one.dimension == dimension]
        return list(dict.fromkeys(found))

    def metric_names(self) -> list[str]:
        """Give the metrics that were named, each once."""
        return list(dict.fromkeys(name for name, _ in self.metrics))

    def dimension_names(self) -> list[str]:
        """Give the dimensions that were named, each once."""
        return list(dict.fromkeys(name for name, _ in self.dimensions))
