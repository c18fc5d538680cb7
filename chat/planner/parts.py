"""What readings share: filters, splits and periods out of slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.metrics import METRICS
from chat.planner.negation import left_out
from chat.query import Filter, TimeRange
from chat.relations import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat.metrics import Metric
    from chat.planner.slots import Slots
    from chat.query import ComparisonKind, FilterOperator
    from chat.relations import Dimension, Relation

CLOUDS = ("AWS", "Azure", "GCP")
# Words that name a dimension only where a split is asked for: by LLM, which platform.
IN_PASSING = {"llm", "platform", "group", "family", "tier", "category"}
LEADING_A_SPLIT = {"by", "per", "each", "which", "what", "every", "across", "and"}
DOERS = {"spender"}
OWNERS = {"customer", "team", "project"}
DETERMINERS = {"our", "the", "all", "my", "these", "those", "your"}
RANKS = ("most", "least", "fast")
TIMES = {"daily": "day", "weekly": "week", "monthly": "month"}
# Steps between periods: the one that goes on, and what it is held against.
AGAINST: dict[str, tuple[str, ComparisonKind]] = {
    "dod": ("yesterday", "previous_period"),
    "wow": ("this_week", "previous_period"),
    "mom": ("month_to_date", "previous_period"),
    "qoq": ("this_quarter", "previous_period"),
    "yoy": ("month_to_date", "same_period_last_year"),
}


def filters(slots: Slots, relation: Relation | None = None) -> tuple[Filter, ...]:
    """Give the filters that the named values and models make.

    Args:
        slots: The question.
        relation: Leave out what this mart does not know.
    """
    found: list[Filter] = []
    without = left_out(slots)
    for dimension in dict.fromkeys(one.dimension for one in slots.values):
        of_it = [one for one in slots.values if one.dimension == dimension]
        kept = dict.fromkeys(one.value for one in of_it if one.at not in without)
        cut = dict.fromkeys(one.value for one in of_it if one.at in without)
        if kept == cut or (dimension == "provider" and kept.keys() == set(CLOUDS)):
            # Production against all else, or all clouds, is everything.
            continue
        if kept:
            found.append(Filter(dimension=dimension, values=tuple(kept)))
        if cut:
            found.append(
                Filter(dimension=dimension, operator="not_in", values=tuple(cut))
            )
    found += model_filters(slots)
    if relation is None:
        return tuple(found)
    return tuple(one for one in found if one.dimension in relation.dimensions)


def model_filters(slots: Slots) -> list[Filter]:
    """Give the filters on families and on models."""
    without = left_out(slots)
    operators: tuple[tuple[str, FilterOperator, FilterOperator], ...] = (
        ("model_family", "in", "not_in"),
        ("model", "matches", "not_matches"),
    )
    found = []
    for dimension, keeps, cuts in operators:
        of_it = [one for one in slots.models if one.is_family == (dimension != "model")]
        for operator, is_cut in ((keeps, False), (cuts, True)):
            names = dict.fromkeys(
                one.name for one in of_it if (one.at in without) == is_cut
            )
            if names:
                found.append(
                    Filter(dimension=dimension, operator=operator, values=tuple(names))
                )
    return found


def dimensions(slots: Slots) -> list[str]:
    """Give by what the answer is split: what was named, and values set side by side."""
    found = [name for name, at in slots.dimensions if is_spoken_of(slots, name, at)]
    for sign, name in TIMES.items():
        if sign in slots.signs:
            found.insert(0, name)
    if "trend" in slots.signs and not set(found) & {"day", "week", "month"}:
        found.insert(0, "day")
    if slots.has("all clouds") and slots.has("breakdown", "versus", "share"):
        found.append("provider")
    found += [name for name in side_by_side(slots) if name not in found]
    if not found and asks_who(slots):
        found.append("customer")
    return list(dict.fromkeys(found))


def is_spoken_of(slots: Slots, name: str, at: int) -> bool:
    """Whether a dimension's word asks for that dimension, rather than naming a kind."""
    return not (
        _is_only_a_label(slots, name, at)
        or _is_said_in_passing(slots, at)
        or _is_subject(slots, at)
        or (DIMENSIONS[name].is_time and _leads_to_a_period(slots, at))
    )


def asks_who(slots: Slots) -> bool:
    """Whether customers are asked for without being named: who spends the most."""
    ranks = slots.has(*RANKS, "over", "at risk", "or more")
    return slots.has("who") and (ranks or slots.says("use", "using", "spend", "pay"))


def _is_only_a_label(slots: Slots, name: str, at: int) -> bool:
    """Whether a dimension's word only names the kind of a value: customer Globex."""
    is_next = any(
        value.dimension == name and value.at in {at + 1, at - 1}
        for value in slots.values
    )
    if name != "model":
        # Customer Globex, but not: without Globex, customers.
        is_own = name == "customer" and slots.is_plural(at)
        is_after = any(value.at == at - 1 for value in slots.values)
        return is_next and not (is_own and is_after)
    if slots.has("most", "least") or _is_each(slots, at):
        # The dearest Claude model is one of several.
        return False
    if any(one.at == at + 1 and one.dimension in OWNERS for one in slots.values):
        # The models Globex used are those of Globex.
        return False
    # Claude models, OpenAI models, embedding models.
    return is_next or any(
        at in {end, start - 1}
        for start, end in (
            *((model.at, model.end) for model in slots.models),
            *((value.at, value.at + 1) for value in slots.values),
        )
    )


def _is_each(slots: Slots, at: int) -> bool:
    """Whether each Claude model is asked for, or which one."""
    starts = [one.at for one in slots.models if one.end == at]
    before = {slots.words[start - 1].text for start in starts if start}
    return bool(before & {"each", "every", "which", "per", "by"})


def _is_said_in_passing(slots: Slots, at: int) -> bool:
    """Whether a word like LLM only says what all of this is about."""
    if slots.words[at].text in DOERS:
        # The team that is the biggest spender is a team.
        others = {name for name in slots.dimension_names() if name != "customer"}
        return any(not DIMENSIONS[name].is_time for name in others)
    if slots.words[at].text not in IN_PASSING:
        return False
    return at == 0 or slots.words[at - 1].text not in LEADING_A_SPLIT


def _leads_to_a_period(slots: Slots, at: int) -> bool:
    """Whether a word such as month only says what a period is: the month of October."""
    after = at + 1
    after += after < len(slots.words) and slots.words[after].text == "of"
    is_led = at > 0 and slots.words[at - 1].text in LEADING_A_SPLIT
    return not is_led and any(
        one.start == after and _is_of(slots.words[at].text, one.time)
        for one in slots.periods
    )


def _is_of(unit: str, time: TimeRange) -> bool:
    """Whether a span is a month, or a day, as the word before it says."""
    length = (time.last - time.first).days + 1 if time.first and time.last else 0
    return length in {"day": range(1, 2), "month": range(28, 32)}.get(unit, ())


def _is_subject(slots: Slots, at: int) -> bool:
    """Whether all of a kind do something together: how much did our customers use."""
    before = [word.text for word in slots.words[max(at - 3, 0) : at]]
    while before and before[-1] in DETERMINERS | {"of"}:
        before.pop()
    if slots.has("versus"):
        # How do our teams compare.
        return False
    return slots.is_plural(at) and before[-1:] in (["did"], ["do"], ["have"], ["had"])


def side_by_side(slots: Slots) -> list[str]:
    """Give the dimensions of which several values are to be told apart.

    Args:
        slots: The question.
    """
    found = []
    is_share = asks_share(slots)
    without = left_out(slots)
    for dimension in dict.fromkeys(one.dimension for one in slots.values):
        is_compared = (
            is_share
            or slots.has("versus", "breakdown")
            or slots.says("than")
            or dimension == "environment"
        )
        kept = {
            one.value
            for one in slots.values
            if one.dimension == dimension and one.at not in without
        }
        count = len(kept)
        if (count > 1 and is_compared) or (is_share and count):
            found.append(dimension)
    families = dict.fromkeys(one.name for one in slots.models if one.is_family)
    if is_share and len(families) == 1 and not found:
        found.append("model_family")
    is_held = slots.has("versus") or slots.says("than")
    if is_held and len(slots.models) > 1:
        is_family = all(model.is_family for model in slots.models)
        found.append("model_family" if is_family else "model")
    found += against_all_else(slots)
    return list(dict.fromkeys(found))


def against_all_else(slots: Slots) -> list[str]:
    """Give the dimensions of what is set against all else: prod and non-prod."""
    without = left_out(slots)
    kept = {(one.dimension, one.value) for one in slots.values if one.at not in without}
    cut = {(one.dimension, one.value) for one in slots.values if one.at in without}
    return [dimension for dimension, _ in sorted(kept & cut)]


def asks_by_verb(slots: Slots) -> bool:
    """Whether cost is a verb: what did our usage cost, rather than the usage cost."""
    return slots.says("did", "does", "do")


def asks_share(slots: Slots) -> bool:
    """Whether a part of a whole is asked for; a growth in percent is none."""
    return slots.has("share") and not slots.has("growth", "fast", "changed")


def known_by(
    slots: Slots, names: Sequence[str]
) -> tuple[Metric, tuple[Filter, ...], tuple[str, ...]] | Dimension:
    """Give the first of some figures that is known by all that is asked for.

    Args:
        slots: The question.
        names: Figures that mean the same, of different marts.

    Returns:
        The figure, its filters and splits; or what none of them is known by.
    """
    found = filters(slots)
    split = [name for name in dimensions(slots) if not DIMENSIONS[name].is_time]
    asked = [*(one.dimension for one in found), *split]
    for name in names:
        metric = METRICS[name]
        if set(asked) <= set(metric.relation.dimensions):
            return metric, found, tuple(dict.fromkeys(split))
    known = METRICS[names[0]].relation.dimensions
    return DIMENSIONS[next((name for name in asked if name not in known), asked[0])]


def period(slots: Slots, default: str) -> TimeRange:
    """Give the first period that was named, or a default."""
    return slots.periods[0].time if slots.periods else TimeRange(name=default)
