"""Figures in words: every one of them is out of the data, whoever words it."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from chat.answers import TEXT_WITHOUT_FIGURES, Answer, checked
from chat.ask import answer_question
from chat.asker import Asker
from chat.cache import CachedReader
from chat.errors import ModelFailed
from chat.evidence import Evidence
from chat.llm.wording import only_proven
from chat.scope import Scope
from chat.warehouse import DuckDBReader

ROOT = Path(__file__).resolve().parents[2]
SATURDAY = date(2026, 11, 21)
EVIDENCE = Evidence(
    figures=("$52,486", "5.2 % more", "6.6 billion", "from 1 to 20 November 2026", "3"),
    names=("gpt-4o", "claude-sonnet-4-6", "Cost per 1M tokens", "globex 9"),
)


@pytest.fixture(scope="module")
def asker(built_warehouse: Path) -> Asker:
    """Who asks."""
    return Asker(
        reader=CachedReader(DuckDBReader(path=built_warehouse)),
        scope=Scope.everything(),
        today=SATURDAY,
    )


@pytest.mark.parametrize(
    "text",
    [
        "It cost $52,486 from 1 to 20 November 2026, 5.2% more.",
        "$52486 for gpt-4o and claude-sonnet-4-6, 5.2 percent more",
        "6.6 billion tokens of three models",
        "the cost per 1M tokens of globex 9",
    ],
)
def test_figures_of_the_data_may_be_said(text: str) -> None:
    """A wording that is refused for nothing is never seen."""
    assert EVIDENCE.foreign(text) == []


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("It cost $52,487.", ["$52487"]),
        ("It cost about $52,000, up 7 %.", ["$52000", "7%"]),
        ("5.2 more", ["5.2"]),
        ("$6.6 billion", ["$6.6billion"]),
        ("6.6 million tokens", ["6.6million"]),
        ("$20 a day", ["$20"]),
        ("twice as much", ["twice"]),
        ("about five thousand dollars", ["5", "thousand"]),
        ("gpt-4 was 4 times as dear", ["4", "4"]),
        ("\uff15\uff12 dollars", ["52"]),
        ("\u0665 dollars", ["\u0665"]),
    ],
)
def test_figures_of_nowhere_are_found(text: str, foreign: list[str]) -> None:
    """Rounded, converted, spelled out or in other digits: invented is invented."""
    assert EVIDENCE.foreign(text) == foreign


def _questions() -> Iterator[str]:
    """Give what shows each kind of answer, and some of the questions of the suite."""
    yield from (
        "Why did costs change last week?",
        "Was it more tokens or higher prices?",
        "is yesterday normal",
        "does our number match the invoice",
    )
    for file in ("questions.tsv", "more_questions.tsv"):
        path = ROOT / "tests" / "data" / "questions" / file
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
            for row in rows[::4]:
                if json.loads(row[1])["metric"].split(":")[0] != "clarify":
                    yield row[0]


def test_templates_say_only_what_the_rows_say(asker: Asker) -> None:
    """A slip in a template is a wrong figure, in a query, a report or a reason."""
    kinds = set()
    for question in _questions():
        answer, context = answer_question(question, asker)
        if answer.evidence is None:
            continue
        assert answer.text != TEXT_WITHOUT_FIGURES, question
        assert answer.evidence.foreign(answer.text) == [], question
        is_query = context is not None
        kinds.add("query" if is_query else "report" if answer.sql is None else "why")
    assert kinds == {"query", "report", "why"}


@pytest.mark.parametrize(
    "question",
    [
        "cost by model in October 2026",
        "is yesterday normal",
        "Why did costs change last week?",
        "Was the increase due to more tokens or pricier models?",
    ],
)
def test_a_wording_with_a_figure_of_its_own_is_replaced(
    asker: Asker, question: str
) -> None:
    """The check is worth something only if it can fail, for each kind of answer."""
    answer, _ = answer_question(question, asker)

    wrong = checked(replace(answer, text=f"{answer.text} That is $1,234,567 a year."))

    assert wrong.text == TEXT_WITHOUT_FIGURES
    assert checked(answer) == answer


def test_words_stop_before_the_figure_that_is_not_proven() -> None:
    """What has been shown cannot be taken back."""
    passed: list[str] = []
    words = ["It cost ", "$52,4", "86 ", "for 6.6 ", "billion tokens", ", $9 ", "each"]

    with pytest.raises(ModelFailed, match="figures of its own"):
        passed.extend(only_proven(iter(words), EVIDENCE))

    assert "".join(passed) == "It cost $52,486 for 6.6 billion tokens, "


def test_words_pass_whole_where_all_is_proven() -> None:
    """A word lost at a border between pieces changes what is said."""
    words = "It cost $52,486 from 1 to 20 November 2026, 5.2 % more."

    for size in (1, 3, 200):
        pieces = (words[at : at + size] for at in range(0, len(words), size))
        assert "".join(only_proven(pieces, EVIDENCE)) == words


def test_an_answer_without_figures_is_left_as_it_is() -> None:
    """A question back has nothing to prove."""
    assert checked(Answer(text="What is 42?")).text == "What is 42?"
