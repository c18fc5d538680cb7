"""Questions as words, whatever people and their keyboards do to them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from calendar import month_abbr, month_name
from dataclasses import dataclass
from pathlib import Path

LONGEST_QUESTION = 2_000
SHORTEST_PLURAL = 4
_FILE = Path(__file__).with_name("spellings.toml")
_SPELLINGS = tomllib.loads(_FILE.read_text("utf-8"))
_ABBREVIATIONS: dict[str, str] = _SPELLINGS["abbreviations"]
_SINGULARS: dict[str, str] = _SPELLINGS["singulars"]
_SHORTHAND: dict[str, str] = _SPELLINGS["shorthand"]
_SIGNS: dict[str, str] = _SPELLINGS["signs"]
_KEPT = set(".%$<>=!/-+'")
# In 10,000 the comma parts no words.
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DASHES = re.compile("(?<=\\w)[\u2012\u2013](?=\\w)")
# 1-15 and jul-sep are spans; 2026-11-01 is a date and gpt-4o a name.
_MONTH = "|".join(name.lower() for name in (*month_name[1:], *month_abbr[1:]))
_SPAN = re.compile(rf"(?<![-.\w])(\d{{1,2}}|{_MONTH})-(\d{{1,2}}|{_MONTH})\b(?![-.])")
# How r we doing; Command R is a model.
_ARE = re.compile(r"\br(?= (?:we|you|u|they|our|my|these)\b)")
# What'll it cost is about what will be; I'll need it is not.
_WILL = re.compile(r"\b(what|that|it|where|how|who|this|they|costs?|bills?)'ll\b")
_BEING = re.compile(r"'(?:s|re|ve|d|m)?$")
_DOTS = re.compile(r"(?<=\d)\.\.+(?=\d)")
# In "top 5, October" the comma keeps a number from being a day.
_NO_DAY = re.compile(rf"(\b\d{{1,2}}),(?=\s*(?:{_MONTH})\b)")
# Top5, claude4: a word and a number that were written as one.
_GLUED = re.compile(r"([a-z]{3,})(\d[\d.]*)")
# Invisible characters: they part or hide words without being seen.
_INVISIBLE = {"Cf", "Cc", "Co", "Cs", "Cn"}
_NO_PLURALS = frozenset(_SPELLINGS["no_plurals"])


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
    text = _ARE.sub("are", _WILL.sub(r"\1 will", text.lower()))
    text = _DASHES.sub("-", _THOUSANDS.sub("", text))
    for sign, word in _SIGNS.items():
        text = text.replace(sign, f" {word} ")
    text = _SPAN.sub(r"\1 to \2", _DOTS.sub(" to ", text))
    text = _NO_DAY.sub(r"\1 in ", text)
    kept = "".join(c if c.isalnum() or c in _KEPT else " " for c in text)
    chunks = " ".join(_SHORTHAND.get(one, one) for one in kept.split())
    words = []
    for chunk in chunks.split():
        plain = _BEING.sub("", chunk.strip("'.!/-"))
        written = [_written_out(part) for part in _parts(plain)]
        words += [Word(text=singular(part), plain=part) for part in written]
    return words


def _written_out(word: str) -> str:
    """Give an abbreviation in full, in plural where it stands in it."""
    if word in _ABBREVIATIONS:
        return _ABBREVIATIONS[word]
    short = word.removesuffix("s")
    return f"{_ABBREVIATIONS[short]}s" if short in _ABBREVIATIONS else word


def _parts(word: str) -> list[str]:
    """Split what is glued together: 80%, $500, week-over-week, q1/q2."""
    word = word.strip("$")
    if word.endswith("%"):
        return [*_parts(word[:-1]), "percent"]
    for sign in (">=", "<=", ">", "<"):
        if word.startswith(sign) and word != sign:
            return [sign, *_parts(word.removeprefix(sign))]
    for joint in ("-", "/"):
        if joint in word and not word.replace(joint, "").isdigit():
            return [part for part in word.split(joint) if part]
    glued = _GLUED.fullmatch(word)
    return list(glued.groups()) if glued else [word] if word else []


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
