"""Readings of what could be saved, and of what another model would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.limits import how_many
from chat.planner.parts import filters, is_over, model_filters, period
from chat.plans import Clarification, Report
from chat.query import Filter

if TYPE_CHECKING:
    from chat.planner.slots import Slots
    from chat.plans import Plan
    from chat.query import CostQuery

MOST_SAVINGS = 5
SAVED = {"saved", "spared", "trimmed", "shaved", "reduced", "gained"}
RUNNING: tuple[str, ...] = (
    "run",
    "ran",
    "running",
    "put",
    "putting",
    "move",
    "moved",
    "moving",
)
RUNNING += ("switch", "switched", "switching", "migrate", "migrated", "migrating")


def _is_instead(slots: Slots) -> bool:
    """Whether the model in use is named last: Haiku instead of Opus."""
    first, second = (model.at for model in slots.models[:2])
    between = [word.text for word in slots.words[first:second]]
    if "replace" in between and not {"by", "with"} & set(between):
        # Haiku is to replace Opus, which is in use.
        return True
    return any(
        slots.words[at].text in {"instead", "in"} and first < at < second
        for at in slots.signs.get("what if", ())
    )


def _without_models(slots: Slots) -> tuple[Filter, ...]:
    models = model_filters(slots)
    return tuple(one for one in filters(slots) if one not in models)


def _is_goal(slots: Slots) -> bool:
    """Whether the one model is what all would run on: if we ran Acme on Haiku."""
    if len(slots.models) != 1 or not slots.says("if", "by", "were"):
        return False
    at = slots.models[0].at
    before = slots.words[at - 1].text if at else ""
    return slots.says(*RUNNING) and before in {"on", "to", "onto"}


def read_savings(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read what could be saved, and what another model would cost."""
    saved = any(word.plain in SAVED for word in slots.words)
    means = slots.has("caching") or bool({*slots.named("pricing_tier")} & {"batch"})
    is_past = saved or slots.says("did", "has", "have") or is_over(slots)
    # What batches save this month is known; what they would save is not.
    is_past = is_past or (means and bool(slots.periods))
    is_past = is_past and not slots.says("would", "could", "can", "might", "if")
    is_coming = slots.has("forecast") and not slots.has("save", "what if")
    if is_coming or slots.has("why"):
        return None
    if slots.has("another cloud"):
        return Report(
            topic="what_if_savings",
            dimensions=("provider", "model"),
            filters=filters(slots),
            time=period(slots, "last_30_days"),
        )
    is_move = slots.has("move", "save", "caching") or len(slots.models) > 1
    is_of_clouds = len(slots.named("provider")) > 1 and not slots.models
    is_what_if = slots.has("what if") and is_move
    if not is_what_if and (not slots.has("save") or is_past):
        return None
    if is_what_if and is_of_clouds:
        # From one cloud to another: what stands on both is no filter.
        return Clarification(
            about="condition",
            question="I compare models, on whichever clouds they are. Shall I?",
            choices=("Are our models cheaper on another cloud?",),
        )
    return _saving(slots)


def _saving(slots: Slots) -> Report:
    names = [model.name for model in slots.models]
    if len(names) == 2:  # noqa: PLR2004 - from one to the other
        return Report(
            topic="what_if_savings",
            filters=_without_models(slots),
            time=period(slots, "last_30_days"),
            from_model=names[_is_instead(slots)],
            to_model=names[not _is_instead(slots)],
        )
    if _is_goal(slots):
        return Report(
            topic="what_if_savings",
            filters=_without_models(slots),
            time=period(slots, "last_30_days"),
            to_model=names[0],
        )
    found = list(filters(slots))
    if slots.has("caching") and not slots.named("token_type"):
        found.append(Filter(dimension="token_type", values=("cache_read",)))
    is_means = any(one.dimension in {"pricing_tier", "token_type"} for one in found)
    is_what_if = is_means or bool(names)
    return Report(
        topic="what_if_savings" if is_what_if else "savings_opportunities",
        filters=tuple(found),
        time=period(slots, "last_30_days"),
        limit=MOST_SAVINGS if is_what_if else how_many(slots) or MOST_SAVINGS,
    )
