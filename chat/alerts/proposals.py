"""From a wish in plain words to a subscription that can be confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from chat.alerts.rules import AlertProposal, AlertRule
from chat.alerts.wording import describe
from chat.planner.others import ALERT_CHOICES
from chat.plans import Clarification, Refusal

if TYPE_CHECKING:
    from typing import Any

    from chat.alerts.rules import AlertKind
    from chat.plans import AlertRequest

KIND_OF: dict[str, AlertKind] = {
    "total_cost": "cost_above",
    "budget_utilization_pct": "budget_used_above",
    "anomalies": "anomaly",
}
# Over budget, without a number, is over all of it.
WHOLE_BUDGET = 1.0
# More is no part of a budget, but an amount.
MOST_OF_BUDGET = 10.0


def propose(request: AlertRequest) -> AlertProposal | Clarification | Refusal:
    """Make a proposal of a wish; nothing is stored.

    Args:
        request: What the planner understood.
    """
    kind = KIND_OF.get(request.metric)
    if kind is None or request.operator in {"<", "<="}:
        return Refusal(
            reason="no_such_data",
            message=(
                "I can tell you when a cost or the use of a budget is above a limit, "
                "and when a day is unusual, but not that."
            ),
        )
    threshold = request.threshold
    if kind == "anomaly":
        threshold = None
    elif kind == "budget_used_above" and threshold is None:
        threshold = WHOLE_BUDGET
    if kind == "budget_used_above" and (threshold or 0) > MOST_OF_BUDGET:
        threshold = None
    if kind != "anomaly" and threshold is None:
        return Clarification(
            about="threshold",
            question="Above which amount, or which part of the budget?",
            choices=ALERT_CHOICES,
        )
    wanted: dict[str, Any] = {
        "kind": kind,
        "threshold": threshold,
        "filters": request.filters,
        "per_customer": request.per_customer,
    }
    if kind == "cost_above":
        wanted["period"] = request.period
    try:
        rule = AlertRule.model_validate(wanted)
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return Refusal(reason="no_such_data", message=reason)
    return AlertProposal(**rule.model_dump(), text=f"Tell me {describe(rule)}.")
