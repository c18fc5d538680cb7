"""Alerts that were raised already, which are anomalies, apart from wishes for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat.planner.slots import Slots

RAISED = {"alerts", "alarms", "alert", "alarm"}
ASKING = {"any", "which", "what", "list", "show", "many", "were", "was", "have", "all"}
CONDITIONS = ("when", "if", "whenever", "once", "me", "us", "set", "create", "add")


def asks_raised_alerts(slots: Slots) -> bool:
    """Whether alerts of a time that began already are asked for.

    Any alerts from yesterday, high severity alerts last week; a condition or a limit
    makes it a wish to be told.

    Args:
        slots: The question.
    """
    at = next((n for n, w in enumerate(slots.words) if w.plain in RAISED), None)
    if at is None or not slots.periods or slots.numbers:
        return False
    is_plural = slots.words[at].plain.endswith("s")
    is_asking = is_plural or slots.says(*ASKING) or bool(slots.named("severity"))
    is_condition = slots.has("over", "under", "budget") or any(
        word.text in CONDITIONS
        and slots.words[n - 1].text not in {"show", "tell", "give"}
        for n, word in enumerate(slots.words)
    )
    begins = slots.periods[0].time.resolve(today=slots.today).first
    return is_asking and not is_condition and begins <= slots.today
