"""What a provider does to a month that it delivers again: lines grow, come and go."""

import random
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

GROWN = 0.03
GONE = 0.01
NEW = 0.02


class _HasLine(Protocol):
    @property
    def template(self) -> int: ...
    @property
    def hour(self) -> int: ...
    @property
    def quantity(self) -> int: ...


Line = TypeVar("Line", bound=_HasLine)


def restate_lines(
    lines: Sequence[Line], rng: random.Random, make: Callable[[int, int, int], Line]
) -> list[Line]:
    """Give the day's lines as a later delivery has them.

    A new line takes an hour in which its resource had none, so that no two lines have
    one id and one hour.
    """
    taken = {(line.template, line.hour) for line in lines}
    restated: list[Line] = []
    for line in lines:
        chance = rng.random()
        if chance < GONE:
            continue
        quantity = line.quantity
        if chance < GONE + GROWN:
            quantity += quantity * rng.randint(10, 90) // 100
        restated.append(make(line.template, line.hour, quantity))
        if chance > 1 - NEW:
            hour = line.hour // 24 * 24 + rng.randrange(24)
            if (line.template, hour) not in taken:
                taken.add((line.template, hour))
                restated.append(make(line.template, hour, max(line.quantity // 2, 1)))
    return restated
