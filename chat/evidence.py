"""What an answer's wording may draw on: no figure in it may come from anywhere else.

Whoever words an answer, a template or a language model, may round as the figures are
rounded and choose among them, but not invent, and not turn tokens into dollars: money
has to be found as money, a percentage as one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

_NUMBER = re.compile(
    r"\$?\d(?:[\d,]*\d)?(?:\.\d+)?"
    r"(?:\s?%|\s?(?:percent|thousand|million|billion|trillion|k|m|bn?)\b)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_COUNTS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
# Words that make a figure without a digit; right after one they belong to it.
_MAGNITUDES = {
    "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion",
    "billions", "trillion", "dozen", "dozens", "twice", "thrice", "double", "doubled",
    "triple", "tripled", "quadrupled", "half", "halved",
}  # fmt: skip
# How prices are said, whatever the figure.
_UNITS = ("per 1M tokens", "per million tokens", "per 1K tokens", "per thousand tokens")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The figures and names of an answer.

    Attributes:
        figures: Formatted values, periods and counts.
        names: Models, customers and labels; the digits in them are no figures.
    """

    figures: tuple[str, ...]
    names: tuple[str, ...] = ()

    def foreign(self, text: str) -> list[str]:
        """Give the figures of a text that stand nowhere here.

        Args:
            text: The wording.
        """
        return [found for found, _ in self.foreign_with_ends(text)]

    def foreign_with_ends(self, text: str) -> list[tuple[str, int]]:
        """Give the foreign figures, each with where it ends in the text.

        Args:
            text: The wording.
        """
        return [
            (number, end)
            for number, end in _numbers(self._without_names(text))
            if number not in self._known
        ]

    def _without_names(self, text: str) -> str:
        """Blank names out, and keep the places of all else."""
        kept = unicodedata.normalize("NFKC", text)
        kept = kept if len(kept) == len(text) else text
        for pattern in self._patterns:
            kept = pattern.sub(lambda m: " " * len(m[0]), kept)
        return kept

    # Streamed words are looked at again with each piece; these do not change meanwhile.
    @cached_property
    def _known(self) -> set[str]:
        return {number for one in self.figures for number, _ in _numbers(one)}

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        names = sorted({*self.names, *_UNITS}, key=len, reverse=True)
        # No part of a longer number or word is a name.
        return [
            re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)", re.IGNORECASE)
            for name in names
            if name
        ]


def _numbers(text: str) -> list[tuple[str, int]]:
    """Give every figure of a text, digits or words, and where it ends."""
    found = []
    covered: set[int] = set()
    for match in _NUMBER.finditer(text):
        covered |= set(range(match.start(), match.end()))
        number = match[0].lower().replace(",", "").replace("percent", "%")
        found.append(("".join(number.split()), match.end()))
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if match.start() not in covered and word in _COUNTS:
            found.append((_COUNTS[word], match.end()))
        elif match.start() not in covered and word in _MAGNITUDES:
            found.append((word, match.end()))
    return found
