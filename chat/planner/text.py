"""Questions as words, whatever people and their keyboards do to them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_QUESTION = 2_000
SHORTEST_PLURAL = 4
_KEPT = set(".%$<>=!/-+'")
# In 10,000 the comma parts no words.
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Invisible characters: they part or hide words without being seen.
_INVISIBLE = {"Cf", "Cc", "Co", "Cs", "Cn"}
_SINGULARS = {
    "people": "person",
    "anomalies": "anomaly",
    "families": "family",
    "categories": "category",
    "currencies": "currency",
    "companies": "company",
    "inquiries": "inquiry",
    "queries": "query",
    "bills": "bill",
    "expenses": "expense",
}
# Words that end in s without being a plural.
_NO_PLURALS = {
    "aws",
    "is",
    "us",
    "was",
    "has",
    "does",
    "this",
    "vs",
    "versus",
    "gas",
    "status",
    "its",
    "as",
    "yes",
    "plus",
    "minus",
    "process",
    "less",
    "across",
    "business",
    "access",
    "always",
    "opus",
    "sales",
    "genius",
    "previous",
    "bus",
    "basis",
    "analysis",
    "whose",
    "express",
    "cross",
    "ours",
    "hours",
}


@dataclass(frozen=True)
class Word:
    """A word of a question.

    Attributes:
        text: As it is compared: lower case, singular.
        plain: Lower case, as it was written.
    """

    text: str
    plain: str


def read_words(question: str) -> list[Word]:
    """Split a question into words, numbers and signs."""
    text = unicodedata.normalize("NFKC", question[:LONGEST_QUESTION])
    text = "".join(
        " " if unicodedata.category(c) in _INVISIBLE and c.isspace() else c
        for c in text
        if c.isspace() or unicodedata.category(c) not in _INVISIBLE
    )
    for curly in ("\u2019", "\u2018", "\u00b4", "`"):
        text = text.replace(curly, "'")
    text = _THOUSANDS.sub("", text)
    kept = "".join(c if c.isalnum() or c in _KEPT else " " for c in text.lower())
    words = []
    for chunk in kept.split():
        plain = chunk.strip("'.!/-").removesuffix("'s").removesuffix("'")
        words += [Word(text=singular(part), plain=part) for part in _parts(plain)]
    return words


def _parts(word: str) -> list[str]:
    """Split what is glued together: 80%, $500, week-over-week, q1/q2."""
    word = word.lstrip("$")
    if word.endswith("%") and len(word) > 1:
        return [word[:-1], "percent"]
    if word == "%":
        return ["percent"]
    for sign in (">=", "<=", ">", "<"):
        if word.startswith(sign) and word != sign:
            return [sign, word.removeprefix(sign)]
    is_date = word.replace("-", "").isdigit()
    if "-" in word and not is_date:
        return [part for part in word.split("-") if part]
    if "/" in word and not word.replace("/", "").isdigit():
        return [part for part in word.split("/") if part]
    return [word] if word else []


def singular(word: str) -> str:
    """Give the singular of a word as far as its end tells."""
    if word in _SINGULARS:
        return _SINGULARS[word]
    if word in _NO_PLURALS or len(word) < SHORTEST_PLURAL or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word if word.endswith("ss") else word[:-1]
