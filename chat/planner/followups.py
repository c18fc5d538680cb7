"""The reading of what changes the question before: and last month, only Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chat.metrics import METRICS
from chat.planner.changes import DRIVERS
from chat.planner.choices import SAFE_CHOICES, fitting, reworded
from chat.planner.comparisons import NOW_OF
from chat.planner.limits import limit
from chat.planner.parts import AGAINST, dimensions, filters
from chat.plans import Clarification, Explanation, Query
from chat.query import Comparison, CostQuery, compared_period
from chat.relations import COSTS, DIMENSIONS

if TYPE_CHECKING:
    from chat.planner.slots import Slots
    from chat.plans import Plan

LEADING = {"and", "only", "just", "same", "but", "by", "now", "also", "then"}
LEADING_OUT = (LEADING - {"by"}) | {
    "what",
    "how",
    "about",
}
ABOUT = (["what", "about"], ["how", "about"])
# How many days a day, a week, a month and a quarter have.
LENGTHS = {"dod": range(1, 2), "wow": range(7, 8), "mom": range(28, 32)}
LENGTHS |= {"qoq": range(90, 93)}
WHOLES = {"everything", "everyone", "everybody", "all"}
POLITE = {"ok", "okay", "well", "thanks", "great", "nice", "please", "so", "hmm"}
FEW_WORDS, FEWEST_WORDS = 6, 3
OF_COST = ("cost", "spend", "spent", "pay", "token", "budget", "much", "bill", "burn")


def read_follow_up(slots: Slots, previous: CostQuery | None) -> Plan | None:
    """Read what changes the question before.

    Args:
        slots: The follow-up.
        previous: The query of the question before.
    """
    texts = [word.text for word in slots.words]
    while len(texts) > 1 and texts[0] in POLITE:
        texts.pop(0)
    starts = texts[0] in LEADING or texts[:2] in ABOUT
    # Everything except one is a question of its own.
    is_cut = texts[0] not in WHOLES and 0 in slots.signs.get("except", ())
    starts = starts or is_cut
    refers = slots.has("refers")
    says_cost = slots.says(*OF_COST)
    amends = _is_bare(slots) or (slots.says("instead") and len(texts) <= FEW_WORDS)
    starts = starts or (previous is not None and amends)
    is_whole = says_cost and len(slots.words) > FEWEST_WORDS
    is_own = previous is None and (is_whole or _is_whole_cut(slots))
    if previous and slots.has("why") and len(slots.words) <= FEWEST_WORDS:
        return _causes(previous)
    if not (starts or refers) or (is_own and not refers):
        return None
    if previous is None:
        return Clarification(
            about="followup",
            question="Of what? There is no question before this one.",
            choices=_without_a_question(slots),
        )
    changes = _changes(previous, slots)
    if not changes:
        return Clarification(
            about="followup",
            question="What is to change in the question before?",
            choices=("By model", "By customer", "Last month", "Only Azure"),
        )
    asked = _of_one_part(previous.model_dump() | changes, previous, slots)
    return Query(query=CostQuery.model_validate(asked))


def _is_whole_cut(slots: Slots) -> bool:
    """Whether only begins a question of its own: only production, last month."""
    is_cut = slots.words[0].text in {"only", "just"}
    is_own = 0 in slots.signs.get("except", ()) and slots.has("which", "how much")
    return (is_cut or is_own) and bool(slots.periods)


def _causes(previous: CostQuery) -> Plan:
    """Give the causes of the change that the question before has told."""
    known = (*DRIVERS, *(one.dimension for one in previous.filters))
    if any(name not in COSTS.dimensions for name in known):
        return Clarification(
            about="followup",
            question="I look for the causes of a change in cost. Of which time?",
            choices=("Why did cost change last week?", *SAFE_CHOICES),
        )
    return Explanation(
        topic="change_drivers",
        dimensions=DRIVERS,
        filters=previous.filters,
        time=previous.time,
    )


def _is_bare(slots: Slots) -> bool:
    """Whether a few words name neither a figure nor a period of their own: top 3."""
    is_question = slots.has("which", "how much", "why", "help", "alert", "budget")
    is_own = slots.metrics or slots.periods or slots.says(*OF_COST)
    return len(slots.words) <= FEW_WORDS and not (is_question or is_own)


def _without_a_question(slots: Slots) -> tuple[str, ...]:
    """Give the follow-up as a question of its own, as far as it makes one."""
    leading = [at for at, word in enumerate(slots.words) if word.text in LEADING_OUT]
    rest = reworded(slots, without=leading)
    own = f"Cost {rest.lower()}{'' if slots.periods else ' this month'}"
    return fitting((own, *SAFE_CHOICES))


def _changes(previous: CostQuery, slots: Slots) -> dict[str, Any]:
    """Give the fields that are named; what stays out is seen by the check after it."""
    changes: dict[str, Any] = {}
    metrics = [name for name in slots.metric_names() if name != "total_cost"]
    metric = metrics[0] if metrics else previous.metrics[0]
    if metric == "forecast_cost" and "provider" in _named(slots):
        # Clouds are foretold in a mart of their own.
        metric, metrics = "cloud_forecast", ["cloud_forecast"]
    if metrics:
        changes["metrics"] = (metric,)
        if METRICS[metric].is_growth and not previous.comparison:
            changes["comparison"] = {"kind": "previous_period"}
    if slots.has("versus", "than"):
        changes |= _against(previous, slots)
    elif slots.periods:
        changes["time"] = slots.periods[0].time.model_dump()
    elif slots.has(*AGAINST):
        changes |= _before(previous, slots)
    return (
        changes | _lines(previous, slots, metric) | _kept_rows(previous, slots, metric)
    )


def _lines(previous: CostQuery, slots: Slots, metric: str) -> dict[str, Any]:
    """Give how the lines of the answer change: by what, in which order, how many."""
    changes: dict[str, Any] = {}
    known = METRICS[metric].dimensions
    split = [name for name in dimensions(slots) if name in known]
    is_ranked = slots.has("most", "least")
    if previous.order and metric != previous.metrics[0]:
        changes["order"] = previous.order.model_dump() | {"metric": metric}
    if split:
        changes["dimensions"] = split
        changes["order"] = {"metric": metric}
        if any(DIMENSIONS[name].is_time for name in split):
            changes |= {"order": None, "comparison": None}
    if is_ranked and (split or previous.dimensions):
        changes["order"] = {"metric": metric, "descending": not slots.has("least")}
    count = limit(slots)
    return changes | ({"limit": count} if count and is_ranked else {})


def _named(slots: Slots) -> set[str]:
    return {*dimensions(slots), *(one.dimension for one in filters(slots))}


def _of_one_part(
    asked: dict[str, Any], previous: CostQuery, slots: Slots
) -> dict[str, Any]:
    """Split by what is named now where a mart keeps it apart: clouds, then teams.

    Filters stay: who asked for one customer is not told of all.
    """
    relation, named = previous.relation, _named(slots)
    if not relation.parts_among(named):
        return asked
    others = {one.dimension for one in relation.parts} - named
    split = [one for one in asked["dimensions"] if one not in others]
    return asked | {"dimensions": split}


def _kept_rows(previous: CostQuery, slots: Slots, metric: str) -> dict[str, Any]:
    """Give the filters with those that are named in the place of their like."""
    known = METRICS[metric].dimensions
    named = [one for one in filters(slots) if one.dimension in known]
    if not named:
        return {}
    new = {one.dimension for one in named}
    if new & {"model", "model_family"}:
        new |= {"model", "model_family"}
    kept = [one for one in previous.filters if one.dimension not in new]
    return {"filters": [one.model_dump() for one in (*kept, *named)]}


def _against(previous: CostQuery, slots: Slots) -> dict[str, Any]:
    """Give the comparison that is asked for; only the period before is one."""
    named = [one.time for one in slots.periods]
    is_before = not named or (
        len(named) == 1 and NOW_OF.get(named[0].name or "") == previous.time.name
    )
    if [one.name for one in named] == ["last_year"]:
        return {"comparison": {"kind": "same_period_last_year"}}
    step = _step(slots)
    kind = AGAINST[step][1] if step else "previous_period"
    return {"comparison": {"kind": kind}} if is_before else {}


def _step(slots: Slots) -> str | None:
    return next((name for name in AGAINST if slots.has(name)), None)


def _before(previous: CostQuery, slots: Slots) -> dict[str, Any]:
    """Give the days before those of the last question, if they are of one length."""
    step = _step(slots) or ""
    period = previous.time.resolve(today=slots.today)
    if step != "yoy" and period.days not in LENGTHS[step]:
        return {}
    before = compared_period(period, Comparison(kind=AGAINST[step][1]))
    return {"time": {"first": before.first, "last": before.last}}
