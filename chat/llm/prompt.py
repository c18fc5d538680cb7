"""What the language model is told: the registry, examples, and the asker's own names.

Names come out of bills, where anyone who may tag a resource can write what he likes:
they are cleaned, cut, and handed over as JSON that is said to be data.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from chat.llm.examples import EXAMPLES
from chat.metrics import METRICS
from chat.periods import NAMED
from chat.planner.lexicon import FAMILIES, known_values
from chat.relations import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat.planner.deterministic import Context
    from chat.plans import Plan

LONGEST_NAME = 60
MOST_NAMES = 200
MOST_EARLIER = 6
LONGEST_EARLIER = 500
LONGEST_PREVIOUS = 2_000

RULES = Path(__file__).with_name("planning_rules.md").read_text("utf-8")


def system_prompt() -> str:
    """Give what is the same for every question: rules, registry and examples."""
    return "\n\n".join(
        (
            RULES.strip(),
            "Metrics (name: meaning; unit; mart):\n" + "\n".join(_metrics()),
            "Dimensions (name: label) by mart:\n" + "\n".join(_marts()),
            "Periods: " + ", ".join([*NAMED, "last_<n>_days"]) + ".",
            "Values:\n" + "\n".join(_values()),
            "Examples:\n" + "\n".join(_examples()),
        )
    )


def _metrics() -> Iterator[str]:
    for one in METRICS.values():
        needs = " It needs a comparison." if one.is_growth else ""
        if one.unknown_by:
            needs += f" Not by {' or '.join(one.unknown_by)}."
        yield (
            f"- {one.name}: {one.description}{needs} {one.unit}; {one.relation.mart}"
        )


def _marts() -> Iterator[str]:
    for relation in {
        one.relation.mart: one.relation for one in METRICS.values()
    }.values():
        yield f"- {relation.mart}: {', '.join(relation.dimensions)}"
    for one in DIMENSIONS.values():
        yield f"- {one.name}: {one.label}"


def _values() -> Iterator[str]:
    for dimension, values in known_values().items():
        yield f"- {dimension}: {', '.join(values)}"
    yield f"- model_family: {', '.join(sorted(set(FAMILIES.values())))}"


def _examples() -> Iterator[str]:
    for question, plan in EXAMPLES:
        yield f"- {question}\n  {plan.kind}({plan_json(plan)})"


def plan_json(plan: Plan) -> str:
    """Write a plan as the arguments of its tool."""
    return json.dumps(plan.model_dump(mode="json", exclude_defaults=True))


def question_prompt(question: str, context: Context) -> str:
    """Give what is said of one question.

    Args:
        question: As it was typed.
        context: The asker's day, names, and what was asked before.
    """
    parts = [
        f"Today is {context.today:%A}, {context.today.isoformat()}.",
        data_block("names in the asker's own costs", _names(question, context)),
    ]
    if context.history:
        earlier = [clean(one, LONGEST_EARLIER) for one in context.history]
        parts.append(data_block("earlier questions", earlier[-MOST_EARLIER:]))
    if context.previous:
        previous = context.previous.model_dump(mode="json", exclude_defaults=True)
        parts.append(data_block("previous query", previous, LONGEST_PREVIOUS))
    parts.append(data_block("question", clean(question, len(question))))
    return "\n\n".join(parts)


def _names(question: str, context: Context) -> dict[str, dict[str, str]]:
    asked = set(question.casefold().split())
    told = {}
    for dimension, names in context.vocabulary.values.items():
        # What the question names goes first, should there be more than may be told.
        nearest = sorted(names, key=lambda name: not asked & _words(name))[:MOST_NAMES]
        told[dimension] = {
            clean(name, LONGEST_NAME): clean(names[name], LONGEST_NAME)
            for name in nearest
        }
    return told


def _words(name: str) -> set[str]:
    return {name.casefold(), *name.casefold().split()}


def clean(text: str, longest: int) -> str:
    """Give a text without what is not seen, and not longer than it may be."""
    kept = (
        " " if c.isspace() else c
        for c in unicodedata.normalize("NFKC", text)
        if c.isspace() or not unicodedata.category(c).startswith("C")
    )
    return "".join(kept)[:longest]


def data_block(title: str, content: object, longest: int | None = None) -> str:
    """Mark something as data, which no name in it can leave.

    Args:
        title: What it is.
        content: Anything that JSON can hold.
        longest: Where it is cut.
    """
    # Angle brackets are escaped, so that no name can end the block that it stands in.
    text = json.dumps(content, ensure_ascii=False)[:longest]
    text = text.replace("<", "\\u003c").replace(">", "\\u003e")
    return f'<data title="{title}">{text}</data>'
