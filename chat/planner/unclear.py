"""What is asked back, because a part of the question would be lost in the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.choices import fitting, one_period_each, reworded, splits_of
from chat.planner.lexicon import money_words, paying_verbs, phrases
from chat.planner.limits import limit, threshold
from chat.planner.parts import CLOUDS
from chat.plans import Clarification

if TYPE_CHECKING:
    from chat.metrics import Metric
    from chat.planner.slots import Number, Slots

PERIOD_CHOICES = ("Yesterday", "Last 7 days", "This month so far", "Last month")
MONEY: tuple[str, ...] = (
    "cost",
    "spend",
    "spent",
    "spending",
    "pay",
    "paid",
    "paying",
    "price",
    "bill",
)
MONEY += ("expense", "expenditure", "outlay")
# Words for money that are a part of other names as well: a charge, but no charge type.
NOUNS_OF_MONEY = ("charge", "disbursement", "outflow")
# What these begin is what something cost: ran us, sets us back.
VERBS_OF_MONEY = ("run", "ran", "running", "set", "sets", "setting")
STEPS = ("dod", "wow", "mom", "qoq", "yoy")
COMPARING = ("versus", "than", "growth", "changed", "over", "under", *STEPS)
TIMED = ("daily", "weekly", "monthly", "by how much", *STEPS)
LONGEST_TOLD = 40
SPLITS = ("model", "customer", "team", "cloud")
UNITS = {"1k", "1m", "1000", "1", "million", "thousand", "token", "request"}
BY = {"by", "per", "each", "every", "across"}
# What may stand after by without being a split: by far, across everything.
NO_SPLIT = {"far", "the", "our", "all", "of", "a", "each", "every", "everything", "us"}
NO_SPLIT |= {"board", "company", "whole", "organization", "organisation", "way", "how"}
NO_SPLIT |= {
    "ai",
    "llm",
    "genai",
    "different",
    "individual",
    "respective",
    "its",
    "their",
    "cost",
    "spend",
}


def read_unclear(
    slots: Slots, metric: Metric, split: list[str]
) -> Clarification | None:
    """Ask back where a part of the question would be left out of the answer.

    Args:
        slots: The question.
        metric: What is asked for.
        split: By what it is split.
    """
    by = split[0] if split else "model"
    kept = threshold(slots, metric.name, is_share=metric.unit == "share")
    is_average = slots.has("average") and metric.is_additive and metric.unit == "usd"
    is_ranked = slots.has("which", "who") and slots.has("most", "least")
    lost = _lost_split(slots)
    idle = _idle_numbers(slots, metric)
    periods = {one.time for one in slots.periods}
    is_compared = metric.is_growth or slots.has(*COMPARING)
    named = dict.fromkeys(one.dimension for one in slots.values)
    several = [one for one in named if len(slots.named(one)) > 1]
    is_crossed = slots.has("versus") and len(several) > 1
    # AWS of last month against Azure of this month.
    is_crossed = is_crossed or bool(
        slots.has("versus") and several and len(periods) > 1
    )
    rules = (
        (
            _is_usage(slots),
            "metric",
            "The usage in tokens, or what it costs?",
            fitting(reworded(slots, also=one) for one in ("in tokens", "in dollars")),
        ),
        (
            is_crossed,
            "versus",
            "I compare by one thing at a time. By which?",
            splits_of(slots, several),
        ),
        (
            slots.has("nth"),
            "rank",
            "I rank from the top or from the bottom. Which do you want?",
            (f"Top 5 by {by} this month", f"Cheapest 5 by {by} this month"),
        ),
        (
            is_average,
            "average",
            "I know averages per day and per customer. Which one?",
            fitting(reworded(slots, also=f"per {one}") for one in ("day", "customer")),
        ),
        (
            bool(lost),
            "dimension",
            f'I cannot split by "{slots.words[lost[-1]].plain[:LONGEST_TOLD]}". '
            "By what instead?"
            if lost
            else "",
            splits_of(slots, SPLITS, without=lost),
        ),
        (
            is_ranked and not split,
            "dimension",
            "The most or the least among what?",
            splits_of(slots, SPLITS),
        ),
        (
            bool(kept) and metric.unit == "count" and is_of_money(slots),
            "condition",
            "I cannot count those above a limit. Shall I list them?",
            ("Cost by customer this month", "Cost by model this month"),
        ),
        (
            bool(idle),
            "number",
            f"What does {idle[0].value:g} stand for?" if idle else "",
            _without_numbers(slots, idle),
        ),
        (
            len(periods) > 1 and not is_compared,
            "time_range",
            "Those are several periods. Which one, or all of them compared?",
            one_period_each(slots),
        ),
    )
    for fits, about, question, choices in rules:
        if fits:
            return Clarification(about=about, question=question, choices=choices)
    return None


def is_of_money(slots: Slots) -> bool:
    """Whether money is spoken of, so that tokens are what is paid for.

    Args:
        slots: The question.
    """
    is_paid = any(word.text in paying_verbs() for word in slots.words)
    return (
        is_paid
        or slots.says(*MONEY)
        or any(
            name == "total_cost"
            and slots.words[at].text in {*NOUNS_OF_MONEY, *VERBS_OF_MONEY}
            for name, at in slots.metrics
        )
    )


def _is_usage(slots: Slots) -> bool:
    """Whether how much was used is asked for, and not in what: tokens or money."""
    is_money = slots.says("dollar", "usd", "money", "expensive") or is_of_money(slots)
    is_money = is_money or any(w.text in money_words() for w in slots.words)
    is_told = is_money or slots.metrics or slots.named("token_type")
    return slots.says("usage", "consumption") and not is_told


def _without_numbers(slots: Slots, idle: list[Number]) -> tuple[str, ...]:
    places = {one.at for one in idle}
    return fitting(
        (
            reworded(slots, without=places),
            *(
                reworded(slots, without=places, also=f"by customer over ${one.value:g}")
                for one in idle
            ),
        )
    )


def _lost_split(slots: Slots) -> range:
    """Give the places from by to the word after, where nothing is split by that."""
    told = {at for _, at in (*slots.dimensions, *slots.metrics)}
    told |= {one.at for one in slots.values} | {one.at for one in slots.models}
    told |= {one.at for one in slots.numbers}
    told |= {at for one in slots.periods for at in range(one.start, one.end)}
    told |= {at for places in slots.signs.values() for at in places}
    inside = _inside(slots)
    for at, word in enumerate(slots.words[:-1]):
        if word.text not in BY or at in inside:
            continue
        after = at + 1
        while after < len(slots.words) and slots.words[after].text in NO_SPLIT | UNITS:
            after += 1
        is_end = after >= len(slots.words) or after > at + 1
        if not (is_end or after in told or _is_dimension(slots.words[after].text)):
            return range(at, after + 1)
    return range(0)


def _is_dimension(word: str) -> bool:
    """Whether a word names one, also as a part of a phrase: cost per customer."""
    return any(one.kind == "dimension" for one in phrases().get((word,), ()))


def _inside(slots: Slots) -> set[int]:
    """Give the words inside of phrases of a time: per day, by how much."""
    starts = [at for name in TIMED for at in slots.signs.get(name, ())]
    inside = {at + n for at in starts for n in range(3)}
    # Cost per API call is one phrase.
    of_metrics = {at for _, at in slots.metrics}
    # Side by side is one as well; broken down by leads to a split.
    inside |= {n for at, end in slots.ends.items() for n in range(at + 1, end - 1)}
    return inside | {n for at in of_metrics for n in range(at, slots.ends[at])}


def _idle_numbers(slots: Slots, metric: Metric) -> list[Number]:
    """Give the numbers that say neither how many lines nor which limit."""
    count = limit(slots)
    kept = threshold(slots, metric.name, is_share=metric.unit == "share")
    used = {count, kept.value if kept else None, kept.value * 100 if kept else None}
    # The three clouds are all of them.
    counted = {at - 1 for name, at in slots.dimensions if name == "provider"}
    return [
        one
        for one in slots.numbers
        if one.value not in used
        and not (one.at in counted and one.value == len(CLOUDS))
    ]
