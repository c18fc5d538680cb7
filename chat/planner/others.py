"""Readings of what is no figure: reports, alerts, help, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from chat.planner.choices import fitting, reworded, splits_of, without_unknown
from chat.planner.parts import filters, period
from chat.planner.raised import asks_raised_alerts
from chat.plans import AlertRequest, Clarification, Help, Refusal, Report

if TYPE_CHECKING:
    from chat.planner.slots import Slots
    from chat.plans import Plan
    from chat.query import CostQuery

WRITING = {"delete", "drop", "truncate", "insert", "erase", "overwrite", "modify"}
WRITING |= {"update", "create", "grant", "alter", "remove", "reset"}
WRITING |= {"set", "cancel", "raise", "edit"}
YES_OR_NO = {"is", "are", "was", "were", "do", "does", "did"}
# What an invoice may be, or not.
JUDGED = ("right", "correct", "wrong", "ok", "okay", "fine", "good", "true", "off")
SHOWN = {"chart", "graph", "plot", "report", "list", "breakdown", "overview"}
LONGEST_UNKNOWN = 40
# Metrics that a wish to be told may name for one of those that can be watched.
WATCHED_AS = {
    "total_cost",
    "usage_cost",
    "budget",
    "budget_utilization_pct",
    "budget_status",
    "budget_remaining",
    "budget_variance",
    "anomalies",
    "anomaly_impact",
}
ALERT_CHOICES = (
    "Alert me when a day's cost is above $500",
    "Alert me when 80 % of the budget is used",
    "Alert me on anomalies",
)
MONTHS = {"month_to_date", "this_month"}


def read_write(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read a wish to change data; there is no way to."""
    first = slots.words[0].text if slots.words else ""
    polite = [w.text for w in slots.words if w.text not in {"please", "can", "you"}]
    is_command = first in WRITING or (polite[:1] and polite[0] in WRITING)
    # A chart that is created is a way to show.
    is_command = is_command and not (slots.says("create") and slots.says(*SHOWN))
    if not is_command or slots.has("alert"):
        return None
    return Refusal(
        reason="read_only",
        message="I can only read: nothing here changes bills, budgets or settings.",
    )


def read_outside(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read what these bills cannot tell."""
    if slots.has("outside"):
        return Refusal(
            reason="out_of_scope",
            message="I answer questions about what your AI usage costs.",
        )
    return None


def read_alert(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read a wish to be told."""
    if not slots.has("alert") or slots.unknown or asks_raised_alerts(slots):
        # What is a name and not known would be watched as everything.
        return None
    watches = slots.has("over", "under", "budget", "spike", "growth", "up", "down")
    is_told_when = watches or slots.says("when", "if", "whenever", "once", "budget")
    if len(slots.numbers) > 1 or _is_relative(slots) or not is_told_when:
        return Clarification(
            about="threshold",
            question="One alert watches one amount, or one part of a budget: which?",
            choices=ALERT_CHOICES,
        )
    metric = _alert_metric(slots)
    number = slots.numbers[0] if slots.numbers else None
    value = number.value / 100 if number and number.is_percent else None
    if number and not number.is_percent:
        value = number.value
    return AlertRequest(
        metric=metric,
        operator="<" if slots.has("under") else ">",
        threshold=value,
        filters=filters(slots),
        period=_alert_period(slots),
        per_customer=_is_of_each_customer(slots),
    )


def _is_relative(slots: Slots) -> bool:
    """Whether a limit is a change or more than a budget; watched are sums and parts."""
    over = slots.signs.get("over", [])
    is_beyond = any(one.is_percent and one.at + 2 in over for one in slots.numbers)
    moves = slots.has("growth", "up", "down") and not slots.has("over", "under")
    is_part = any(one.is_percent for one in slots.numbers)
    is_of_budget = slots.has("budget") or slots.says("budget")
    return is_beyond or bool(moves and slots.numbers) or (is_part and not is_of_budget)


def _alert_metric(slots: Slots) -> str:
    others = [name for name in slots.metric_names() if name not in WATCHED_AS]
    if others:
        # Named as it is, for the refusal to be about what was asked.
        return others[0]
    if slots.has("budget") or slots.says("budget"):
        return "budget_utilization_pct"
    is_spike = slots.has("spike") and not slots.numbers
    return "anomalies" if is_spike else "total_cost"


def _alert_period(slots: Slots) -> Literal["day", "month"]:
    named = {found.time.name for found in slots.periods}
    is_month = slots.has("monthly") or slots.says("month") or named & MONTHS
    return "month" if is_month else "day"


def _is_of_each_customer(slots: Slots) -> bool:
    """Whether any customer is meant, none by name."""
    return "customer" in slots.dimension_names() and not slots.named("customer")


def read_help(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read a wish to know what can be asked."""
    texts = [word.text for word in slots.words]
    if texts[:3] in (["what", "is", "a"], ["what", "is", "an"]) and len(texts) <= 4:  # noqa: PLR2004
        return Refusal(
            reason="out_of_scope",
            message="I answer questions about what your AI usage costs.",
        )
    return Help() if slots.has("help") else None


def read_unknown(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Ask back for words that are in no list: guessing would answer something else."""
    if not slots.words:
        return Help()
    if not slots.unknown:
        return None
    if not (slots.metrics or slots.values or slots.models or slots.dimensions):
        is_about_cost = slots.says("cost", "spend", "bill", "pay", "spent", "token")
        # One strange word beside a period is asked for.
        is_near = slots.periods and len(slots.unknown) == 1
        others = slots.signs.keys() - {"which", "mine", "show", "who"}
        if not (is_about_cost or is_near or others):
            return Refusal(
                reason="out_of_scope",
                message="I answer questions about what your AI usage costs.",
            )
    places = without_unknown(slots)
    word = slots.unknown[0].plain[:LONGEST_UNKNOWN]
    return Clarification(
        about="word",
        question=f'What is "{word}"? I know no such name or word.',
        choices=fitting(
            (
                reworded(slots, without=places),
                *splits_of(slots, ("customer", "model", "team"), without=places),
            )
        ),
    )


def read_reports(slots: Slots, _: CostQuery | None) -> Plan | None:
    """Read questions about the data: how fresh, reconciled, restated."""
    is_figure = slots.has("how much", "most", "least")
    first = slots.words[0].text
    if slots.has("restated"):
        return Report(
            topic="restatement_delta",
            dimensions=("provider",),
            filters=filters(slots),
            time=period(slots, "last_month"),
        )
    is_checked = slots.has("match", "versus", "changed", "same")
    is_asked = first in YES_OR_NO and not slots.has("growth", "up", "down", "over")
    is_checked = is_checked or (is_asked and slots.says(*JUDGED))
    if slots.has("reconciled") or (slots.has("invoice") and is_checked):
        return Report(
            topic="invoice_variance",
            filters=filters(slots),
            time=period(slots, "last_month"),
        )
    is_there = slots.has("data") and first in {"is", "are", "when", "until", "has"}
    if (slots.has("fresh") or is_there) and not is_figure and not slots.has("budget"):
        return Report(
            topic="data_freshness", dimensions=("provider",), filters=filters(slots)
        )
    return None
