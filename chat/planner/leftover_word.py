"""A word that a plan does not tell of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat.planner.slots import Slots


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """A recognised word that a plan does not tell of.

    Attributes:
        kind: A value, dimension, metric, number, period, or sign.
        name: Its name in the registry.
        at: Where it stands.
    """

    kind: str
    name: str
    at: int


def sign_of(slots: Slots, name: str) -> Leftover:
    """Give a turn of phrase where it first stands.

    Args:
        slots: The question.
        name: The turn of phrase.
    """
    return Leftover(kind="sign", name=name, at=slots.signs.get(name, [0])[0])
