"""Names of values as the marts hold them, whoever wrote the filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.lexicon import FAMILIES, known_values, phrases
from chat.planner.text import read_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chat.planner.slots import Vocabulary
    from chat.query import Filter

# Dimensions of which the asker's own names, or the lexicon, are all there are.
FROM_BILLS = ("customer", "team", "feature")
MOST_TOLD = 20


class UnknownValueError(ValueError):
    """A filter names what is not there; the message says what is."""


def canonical_filters(
    filters: Iterable[Filter], vocabulary: Vocabulary
) -> tuple[Filter, ...]:
    """Give filters with every value written as rows hold it.

    Args:
        filters: As somebody wrote them: azure, Acme, sonnet.
        vocabulary: Names in the asker's own data.

    Raises:
        UnknownValueError: A value is none of those that the dimension has.
    """
    return tuple(
        one.model_copy(
            update={
                "values": tuple(
                    one.values
                    if one.operator in {"matches", "not_matches"}
                    else (_canonical(one.dimension, v, vocabulary) for v in one.values)
                )
            }
        )
        for one in filters
    )


def _canonical(dimension: str, value: str, vocabulary: Vocabulary) -> str:
    own = vocabulary.values.get(dimension, {})
    spelled = {name.casefold(): found for name, found in own.items()}
    spelled |= {found.casefold(): found for found in own.values()}
    if value.casefold() in spelled:
        return spelled[value.casefold()]
    fixed = known_values().get(dimension, ())
    for one in fixed:
        if one.casefold() == value.casefold():
            return one
    words = tuple(word.text for word in read_words(value))
    for meaning in phrases().get(words, ()):
        if meaning.kind == "value" and meaning.name == dimension:
            return meaning.value
    if dimension == "model_family":
        return FAMILIES.get(value.casefold(), value)
    if fixed or dimension in FROM_BILLS:
        known = [*fixed, *dict.fromkeys(own.values())][:MOST_TOLD]
        raise UnknownValueError(
            f"{value!r} is no {dimension} that is known; known are "
            f"{', '.join(known) or 'none'}."
        )
    return value
