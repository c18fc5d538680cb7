"""What readings share: filters, splits and periods out of slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.metrics import METRICS
from chat.planner.negation import left_out
from chat.planner.spoken import each_of, is_spoken_of
from chat.query import Filter, Spread, TimeRange
from chat.relations import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat.metrics import Metric
    from chat.planner.slots import Slots
    from chat.query import ComparisonKind, FilterOperator
    from chat.relations import Dimension, Relation

CLOUDS = ("AWS", "Azure", "GCP")
TOGETHER = ("together", "combined", "altogether", "jointly")
BEING_OF = {"is", "are", "was", "were", "goe", "go", "went", "come", "came", "going"}
RANKS = ("most", "least", "fast")
# A count of models, or a growth, has no lines of clouds.
METRIC_OF_SPREAD = {"models_used", "active_customers", "cost_growth_pct"}
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
    found += [*each_of(slots), *side_by_side(slots)]
    if not found and asks_who(slots):
        found.append("customer")
    return list(dict.fromkeys(found))


def asks_who(slots: Slots) -> bool:
    """Whether customers are asked for without being named: who spends the most."""
    ranks = slots.has(*RANKS, "over", "at risk", "or more")
    return slots.has("who") and (ranks or slots.says("use", "using", "spend", "pay"))


def side_by_side(slots: Slots) -> list[str]:
    """Give the dimensions of which several values are to be told apart.

    Args:
        slots: The question.
    """
    found = []
    is_share = asks_share(slots)
    whole = _whole_of_share(slots) if is_share else set()
    without = left_out(slots)
    for dimension in dict.fromkeys(one.dimension for one in slots.values):
        if dimension in whole:
            continue
        is_compared = (
            is_share
            or slots.has("versus", "breakdown")
            or slots.says("than")
            or (dimension == "environment" and not slots.says(*TOGETHER))
        )
        kept = {
            one.value
            for one in slots.values
            if one.dimension == dimension and one.at not in without
        }
        count = len(kept)
        is_compared = is_compared or (kept == set(CLOUDS) and not slots.says(*TOGETHER))
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


def _whole_of_share(slots: Slots) -> set[str]:
    """Give of what a share is one: of Acme's spend, where some of that is on AWS.

    Of the whole stands before a verb, and the part after it.
    """
    start = min((slots.ends[at] for at in slots.signs["share"]), default=0)
    verb = next(
        (n for n, w in enumerate(slots.words) if n >= start and w.text in BEING_OF),
        len(slots.words),
    )
    of = [word.text for word in slots.words[start : start + 1]]
    before = {one.dimension for one in slots.values if start < one.at < verb}
    after = {one.dimension for one in slots.values if one.at > verb}
    models = {one.at for one in slots.models if one.at > verb}
    return before - after if of == ["of"] and (after or models) else set()


def against_all_else(slots: Slots) -> list[str]:
    """Give the dimensions of what is set against all else: prod and non-prod."""
    without = left_out(slots)
    kept = {(one.dimension, one.value) for one in slots.values if one.at not in without}
    cut = {(one.dimension, one.value) for one in slots.values if one.at in without}
    return [dimension for dimension, _ in sorted(kept & cut)]


def spread_of(slots: Slots, split: Sequence[str]) -> Spread | None:
    """Give of how many clouds something has to be, as models on two of them.

    Args:
        slots: The question.
        split: By what the answer is split.
    """
    is_counted = slots.has("several clouds") and METRIC_OF_SPREAD.isdisjoint(
        slots.metric_names()
    )
    others = [name for name in split if name != "provider"]
    if not is_counted or len(others) != 1 or DIMENSIONS[others[0]].is_time:
        return None
    places = slots.signs["several clouds"]
    said = {word.text for at in places for word in slots.words[at : slots.ends[at]]}
    more = "more" in said and "than" in said
    count = 3 if {"three", "3"} & said else 2
    return Spread(over="provider", least=count + (more and bool({"two", "2"} & said)))


def asks_by_verb(slots: Slots) -> bool:
    """Whether cost is a verb: what did our usage cost, rather than the usage cost."""
    return slots.says("did", "does", "do")


def asks_share(slots: Slots) -> bool:
    """Whether a part of a whole is asked for; a growth in percent is none."""
    moves = slots.has("growth", "fast", "changed") or is_up_or_down(slots)
    return slots.has("share") and not moves


def is_up_or_down(slots: Slots) -> bool:
    """Whether up or down stands by itself: spend is up, but not down to Acme."""
    places = {*slots.signs.get("up", ()), *slots.signs.get("down", ())}
    return any(
        slots.words[at].text in {"up", "down"} and slots.ends[at] == at + 1
        for at in places
    )


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
        if set(asked) <= set(metric.dimensions):
            return metric, found, tuple(dict.fromkeys(split))
    known = METRICS[names[0]].dimensions
    return DIMENSIONS[next((name for name in asked if name not in known), asked[0])]


def period(slots: Slots, default: str) -> TimeRange:
    """Give the first period that was named, or a default."""
    return slots.periods[0].time if slots.periods else TimeRange(name=default)


def is_over(slots: Slots) -> bool:
    """Whether a period is named that has ended."""
    periods = [one.time.resolve(today=slots.today) for one in slots.periods]
    return bool(periods) and all(one.last < slots.today for one in periods)
