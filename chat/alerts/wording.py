"""What a subscription is called, and what its message says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.alerts.rules import UNIT_OF
from chat.formats import format_day, format_value
from chat.relations import DIMENSIONS

if TYPE_CHECKING:
    from datetime import date

    from chat.alerts.rules import AlertRule


def describe(rule: AlertRule) -> str:
    """Say what a subscription tells of, as in "when a day's cost is above $500.00"."""
    whose = _whose(rule)
    if rule.kind == "anomaly":
        return f"when a day's cost is unusual{whose}"
    limit = _limit(rule)
    if rule.kind == "budget_used_above":
        return f"when more than {limit} of the month's budget is used{whose}"
    what = "a day's cost" if rule.period == "day" else "the cost of a month so far"
    return f"when {what} is above {limit}{whose}"


def word_notice(rule: AlertRule, *, value: object, when: date, about: str = "") -> str:
    """Say what happened.

    Args:
        rule: What is watched.
        value: The figure.
        when: The day, or the first day of the month.
        about: The customer, cloud or team, where each is told of by itself.
    """
    days = f"on {format_day(when)}" if rule.period == "day" else f"in {when:%B %Y}"
    whose = f" of {about}" if about else _whose(rule)
    if rule.kind == "anomaly":
        return f"Unusual cost{whose} {days}."
    limit = _limit(rule)
    figure = format_value(value, UNIT_OF[rule.kind])
    if rule.kind == "budget_used_above":
        return f"{figure} of the budget{whose} is used {days}, above {limit}."
    so_far = "" if rule.period == "day" else " so far"
    return f"{figure}: cost{whose} {days}{so_far}, above {limit}."


def _limit(rule: AlertRule) -> str:
    """Write a limit as it was given: 80 %, not 80.0 %."""
    if rule.kind == "budget_used_above" and rule.threshold:
        return f"{round(rule.threshold * 100, 4):g} %"
    return format_value(rule.threshold, UNIT_OF[rule.kind])


def _whose(rule: AlertRule) -> str:
    parts = []
    for one in rule.filters:
        without = "without " if one.operator == "not_in" else ""
        label = DIMENSIONS[one.dimension].label.lower()
        parts.append(f"{without}{label} {' or '.join(one.values)}")
    each = ", each customer by itself" if rule.per_customer else ""
    return (f" ({', '.join(parts)})" if parts else "") + each
