"""Which of the named values are left out: without Azure, everything but Acme."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat.planner.slots import Slots

# What may stand between "without" and what is left out.
BETWEEN = {
    "a",
    "all",
    "an",
    "any",
    "are",
    "by",
    "come",
    "cost",
    "for",
    "from",
    "in",
    "is",
}
BETWEEN |= {
    "it",
    "its",
    "of",
    "on",
    "our",
    "spend",
    "that",
    "the",
    "their",
    "those",
    "to",
}
BETWEEN |= {"use", "used", "including"}
# What joins several that are left out.
JOINING = {"and", "or", "nor", "the"}


def left_out(slots: Slots) -> set[int]:
    """Give the places of the values and models that are left out.

    A word such as without speaks of the value after it, and of those that are joined to
    that one; what is named elsewhere stays.

    Args:
        slots: The question.
    """
    return {place for at in slots.signs.get("except", ()) for place in after(slots, at)}


def after(slots: Slots, at: int) -> list[int]:
    """Give the places of what one such word leaves out.

    Args:
        slots: The question.
        at: Where the word stands.
    """
    named = {one.at for one in slots.values} | {one.at for one in slots.models}
    labels = {place for _, place in slots.dimensions}
    found: list[int] = []
    place = slots.ends[at]
    while place < len(slots.words):
        word = slots.words[place].text
        if place in named:
            found.append(place)
        elif word not in JOINING and (
            found or not (word in BETWEEN or place in labels)
        ):
            break
        place = slots.ends.get(place, place + 1)
    return found
