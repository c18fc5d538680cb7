"""Answers to a question back: whole questions, so that each can be sent as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.text import read_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chat.planner.slots import Slots

LONGEST_CHOICE = 120
SAFE_CHOICES = ("Cost by model this month", "Cost by customer this month")
BEFORE_A_PERIOD = {"in", "on", "of", "for", "and", "during", "or", "between", "from"}
LEADING_ON = {"by", "per", "in", "of", "for", "on", "and"}
WITHOUT_IT = ("ask without it", "without it", "leave it out")
OF_A_KIND = {
    "a customer": "by customer",
    "a team": "by team",
    "a model": "by model",
}


def reworded(slots: Slots, *, without: Iterable[int] = (), also: str = "") -> str:
    """Give the question without some of its words, or with more of them.

    Args:
        slots: The question.
        without: Places of the words to leave out.
        also: What to add.
    """
    left_out = set(without)
    kept = [one.plain for at, one in enumerate(slots.words) if at not in left_out]
    while left_out and kept and kept[-1] in LEADING_ON:
        kept.pop()
    text = " ".join([*kept, also]).strip()
    return text[:1].upper() + text[1:]


def fitting(choices: Iterable[str]) -> tuple[str, ...]:
    """Give the choices that are no longer than one may be, each once."""
    found = [one for one in choices if 0 < len(one) <= LONGEST_CHOICE]
    return tuple(dict.fromkeys(found)) or SAFE_CHOICES


def splits_of(
    slots: Slots, names: Sequence[str], without: Iterable[int] = ()
) -> tuple[str, ...]:
    """Give the question split in several ways."""
    left_out = tuple(without)
    return fitting(
        reworded(slots, without=left_out, also=f"by {name}") for name in names
    )


def without_unknown(slots: Slots) -> set[int]:
    """Give the places of the words that are not known."""
    unknown = {word.plain for word in slots.unknown}
    return {at for at, word in enumerate(slots.words) if word.plain in unknown}


def one_period_each(slots: Slots) -> tuple[str, ...]:
    """Give the question once for every period that it names."""
    places = {at for one in slots.periods for at in range(one.start, one.end)}
    places |= {
        one.start - 1
        for one in slots.periods
        if one.start and slots.words[one.start - 1].text in BEFORE_A_PERIOD
    }
    return fitting(
        reworded(
            slots,
            without=places,
            also=" ".join(word.plain for word in slots.words[one.start : one.end]),
        )
        for one in slots.periods
    )


def sent_back(question: str) -> str | None:
    """Give what a short answer to a question back adds to that question.

    Nothing is added for asking without the word; None is for what is no such answer.

    Args:
        question: As it was typed.
    """
    text = " ".join(word.plain for word in read_words(question))
    return "" if text in WITHOUT_IT else OF_A_KIND.get(text)
