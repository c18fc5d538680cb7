"""How a question's words are sorted into slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.borders import is_across
from chat.planner.dates import find_periods
from chat.planner.lexicon import (
    FAMILIES,
    FILLER_AS_NAMES,
    LONE_MODELS,
    MODEL_WORDS,
    Meaning,
    filler,
    longest_phrase,
    phrases,
)
from chat.planner.objects import hidden_objects
from chat.planner.own_names import own_name
from chat.planner.ownerless import read_ownerless
from chat.planner.particles import belongs_to_verb, pairs
from chat.planner.slots import Model, Number, Slots, Value, Vocabulary
from chat.planner.spelling import mend
from chat.planner.text import Word, read_words, singular

if TYPE_CHECKING:
    from datetime import date

# Longer numbers after a model are no version of it: 4o, 4.1, 405b, 0613.
LONGEST_VERSION = 4
# Dimensions whose values everybody names as they like.
OWN_NAMES = {"customer", "team", "project", "feature"}
MAGNITUDES = {"k": 1e3, "m": 1e6, "million": 1e6, "thousand": 1e3, "1k": 1e3}


def fill_slots(
    question: str,
    *,
    today: date,
    vocabulary: Vocabulary,
    before: frozenset[str] = frozenset(),
) -> Slots:
    """Sort the words of a question.

    Args:
        question: As it was typed.
        today: The asker's day.
        vocabulary: Names in the asker's own data.
        before: Dimensions that the question before names.
    """
    words = read_words(question)
    slots = _fill(words, today, vocabulary, before)
    # A word that somebody capitalised inside of a question is a name.
    names = {
        word.strip("?!.,").lower() for word in question.split()[1:] if word[0].isupper()
    }
    mended = mend(words, [one for one in slots.unknown if one.plain not in names])
    if not mended:
        return slots
    words = [mended.get(word.plain, word) for word in words]
    slots = _fill(words, today, vocabulary, before)
    slots.mended = {wrong: meant.plain for wrong, meant in mended.items()}
    return slots


def _fill(
    words: list[Word], today: date, vocabulary: Vocabulary, before: frozenset[str]
) -> Slots:
    periods = find_periods(words, today)
    slots = Slots(words=words, today=today, before=before, periods=periods)
    taken = {at for one in slots.periods for at in range(one.start, one.end)}
    parted = pairs(slots.texts)
    for verb, (particle, sign) in parted.items():
        slots.signs.setdefault(sign, []).append(verb)
        slots.ends[verb] = verb + 1
        taken |= {verb, particle}
    known = vocabulary.phrases
    at = 0
    while at < len(words):
        if at in taken:
            at += 1
            continue
        at = _take(slots, known, taken, at)
    _note_nameless(slots)
    slots.unknown += hidden_objects(slots)
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
    texts = slots.texts
    model = _model(slots, texts, taken, at)
    if model is not None:
        slots.models.append(model)
        slots.ends[at] = model.end
        return model.end
    end = _take_phrase(slots, known, taken, at)
    if end is not None or belongs_to_verb(texts, at, 1):
        return end or at + 1
    number = _number(slots, texts, at)
    if number is not None:
        slots.numbers.append(number)
        is_scaled = at + 1 < len(texts) and texts[at + 1] in MAGNITUDES
        return at + 2 if is_scaled else at + 1
    if texts[at] not in filler() and slots.words[at].plain not in filler():
        slots.unknown.append(slots.words[at])
    return at + 1


def _take_phrase(
    slots: Slots,
    known: dict[tuple[str, ...], list[Meaning]],
    taken: set[int],
    at: int,
) -> int | None:
    """Take the longest phrase that begins at a place, and give where it ends."""
    texts = slots.texts
    end = read_ownerless(texts, at)
    if end is not None and not taken.intersection(range(at, end)):
        slots.metrics.append(("unattributed_cost", at))
        slots.ends[at] = end
        return end
    for length in range(min(longest_phrase(), len(texts) - at), 0, -1):
        if any(place in taken for place in range(at, at + length)):
            continue
        phrase = tuple(texts[at : at + length])
        meanings = own_name(slots, known, at, length) or phrases().get(phrase)
        if is_across(slots, phrase, at) or belongs_to_verb(texts, at, length):
            meanings = None
        if meanings:
            for meaning in meanings:
                _note(slots, meaning, at)
            slots.ends[at] = at + length
            return at + length
    return None


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
    if text == "half":
        # Half of their budget is 50 % of it.
        return Number(value=50, at=at, is_percent=True)
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
