"""A question's words sorted into slots: periods, values, dimensions, metrics, signs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from chat.planner.dates import find_periods
from chat.planner.lexicon import (
    FAMILIES,
    FILLER,
    FILLER_AS_NAMES,
    LONE_MODELS,
    MODEL_WORDS,
    Meaning,
    phrases,
)
from chat.planner.spelling import mend
from chat.planner.text import Word, read_words, singular

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from chat.planner.time_words import Found

# Longer numbers after a model are no version of it: 4o, 4.1, 405b, 0613.
LONGEST_VERSION = 4
# Dimensions whose values everybody names as they like.
OWN_NAMES = {"customer", "team", "project"}
MAGNITUDES = {"k": 1e3, "m": 1e6, "million": 1e6, "thousand": 1e3, "1k": 1e3}


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
        ends: The place after the last word of what begins at a place.
        mended: Misspelt words, and what they were read as.
    """

    words: list[Word]
    today: date
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

    def has(self, *names: str) -> bool:
        """Whether any of some signs is there."""
        return any(name in self.signs for name in names)

    def says(self, *texts: str) -> bool:
        """Whether any of some words is there."""
        return any(word.text in texts for word in self.words)

    def is_plural(self, at: int) -> bool:
        """Whether a word stands in plural."""
        word = self.words[at]
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


def fill_slots(question: str, *, today: date, vocabulary: Vocabulary) -> Slots:
    """Sort the words of a question.

    Args:
        question: As it was typed.
        today: The asker's day.
        vocabulary: Names in the asker's own data.
    """
    words = read_words(question)
    slots = _fill(words, today, vocabulary)
    # A word that somebody capitalised inside of a question is a name.
    names = {
        word.strip("?!.,").lower() for word in question.split()[1:] if word[0].isupper()
    }
    mended = mend(words, [one for one in slots.unknown if one.plain not in names])
    if not mended:
        return slots
    slots = _fill([mended.get(word.plain, word) for word in words], today, vocabulary)
    slots.mended = {wrong: meant.plain for wrong, meant in mended.items()}
    return slots


def _fill(words: list[Word], today: date, vocabulary: Vocabulary) -> Slots:
    slots = Slots(words=words, today=today, periods=find_periods(words, today))
    taken = {at for one in slots.periods for at in range(one.start, one.end)}
    known = vocabulary.phrases
    at = 0
    while at < len(words):
        if at in taken:
            at += 1
            continue
        at = _take(slots, known, taken, at)
    _note_nameless(slots)
    return slots


def _note_nameless(slots: Slots) -> None:
    """Note names that are not known, though their word is: team platform."""
    named = {one.at for one in slots.values}
    for dimension, at in slots.dimensions:
        if dimension not in OWN_NAMES:
            continue
        for beside in (at - 1, at + 1):
            if not 0 <= beside < len(slots.words) or beside in named:
                continue
            if slots.words[beside].text in FILLER_AS_NAMES:
                slots.unknown.append(slots.words[beside])


def _take(
    slots: Slots,
    known: dict[tuple[str, ...], list[Meaning]],
    taken: set[int],
    at: int,
) -> int:
    texts = [word.text for word in slots.words]
    model = _model(slots, texts, taken, at)
    if model is not None:
        slots.models.append(model)
        slots.ends[at] = model.end
        return model.end
    for length in range(min(6, len(texts) - at), 0, -1):
        if any(place in taken for place in range(at, at + length)):
            continue
        phrase = tuple(texts[at : at + length])
        meanings = _own_name(known, texts, at, length) or phrases().get(phrase)
        if meanings:
            for meaning in meanings:
                _note(slots, meaning, at)
            slots.ends[at] = at + length
            return at + length
    number = _number(slots, texts, at)
    if number is not None:
        slots.numbers.append(number)
        is_scaled = at + 1 < len(texts) and texts[at + 1] in MAGNITUDES
        return at + 2 if is_scaled else at + 1
    if texts[at] not in FILLER and slots.words[at].plain not in FILLER:
        slots.unknown.append(slots.words[at])
    return at + 1


def _own_name(
    known: dict[tuple[str, ...], list[Meaning]], texts: list[str], at: int, length: int
) -> list[Meaning]:
    """Give what the asker's own names stand for here.

    A team that is called platform is one beside the word team; elsewhere the word keeps
    its meaning as a dimension.
    """
    phrase = tuple(texts[at : at + length])
    meanings = known.get(phrase, [])
    if not any(one.kind == "dimension" for one in phrases().get(phrase, ())):
        return meanings
    beside = {*texts[max(at - 1, 0) : at], *texts[at + length : at + length + 1]}
    labels = {
        one.name
        for word in beside
        for one in phrases().get((word,), ())
        if one.kind == "dimension"
    }
    return [one for one in meanings if one.name in labels]


def _note(slots: Slots, meaning: Meaning, at: int) -> None:
    if meaning.kind == "metric":
        slots.metrics.append((meaning.name, at))
    elif meaning.kind == "dimension":
        slots.dimensions.append((meaning.name, at))
    elif meaning.kind == "value":
        slots.values.append(Value(dimension=meaning.name, value=meaning.value, at=at))
    else:
        slots.signs.setdefault(meaning.name, []).append(at)


def _model(slots: Slots, texts: list[str], taken: set[int], at: int) -> Model | None:
    """Read a family with the words and versions after it: Claude Sonnet 4.6, GPT-4o."""
    text = texts[at]
    family = FAMILIES.get(text) or FAMILIES.get(slots.words[at].plain)
    if family is None and text not in LONE_MODELS:
        return None
    end = at + 1
    while end < len(texts) and end not in taken and _is_model_word(texts, end):
        if texts[end] in LONE_MODELS and LONE_MODELS.keys() & set(texts[at:end]):
            # Haiku and Opus are two models.
            break
        end += 1
    parts = [family or LONE_MODELS.get(text, ""), *texts[at + 1 : end]]
    if family is None:
        parts.insert(1, text)
    name = "-".join(part for part in parts if part)
    is_family = family is not None and end == at + 1
    return Model(family=family, name=name, is_family=is_family, at=at, end=end)


def _is_model_word(texts: list[str], at: int) -> bool:
    text = texts[at]
    # "pro" and the like are everyday words as well, but not right after a family.
    digits = text.replace(".", "").rstrip("obv")
    return text in MODEL_WORDS or (digits.isdigit() and len(text) <= LONGEST_VERSION)


def _number(slots: Slots, texts: list[str], at: int) -> Number | None:
    text = slots.words[at].plain.strip("$").replace(",", "")
    factor = 1.0
    if text[-1:] in MAGNITUDES and text[:-1].replace(".", "", 1).isdigit():
        factor, text = MAGNITUDES[text[-1]], text[:-1]
    if not text.replace(".", "", 1).isdigit() or not text.isascii():
        words = {"three": 3, "five": 5, "ten": 10, "two": 2, "four": 4, "twenty": 20}
        if text not in words:
            return None
        text = str(words[text])
    if at + 1 < len(texts) and texts[at + 1] in MAGNITUDES:
        factor *= MAGNITUDES[texts[at + 1]]
    is_percent = at + 1 < len(texts) and texts[at + 1] == singular("percent")
    return Number(value=float(text) * factor, at=at, is_percent=is_percent)
