"""The kinds of questions, in the order in which they are tried.

A reading looks at the slots and gives a plan, or None for the next one to try.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.planner.budgets import read_budget, read_forecast, read_margin
from chat.planner.changes import read_anomalies, read_change, read_normal
from chat.planner.figures import read_figures
from chat.planner.followups import read_follow_up
from chat.planner.others import (
    read_alert,
    read_help,
    read_outside,
    read_reports,
    read_unknown,
    read_write,
)
from chat.planner.savings import read_savings

if TYPE_CHECKING:
    from collections.abc import Callable

    from chat.planner.slots import Slots
    from chat.plans import Plan
    from chat.query import CostQuery

    Reading = Callable[[Slots, CostQuery | None], Plan | None]

READINGS: tuple[Reading, ...] = (
    read_write,
    read_outside,
    read_alert,
    read_help,
    read_unknown,
    read_follow_up,
    read_margin,
    read_reports,
    read_savings,
    read_normal,
    read_change,
    read_anomalies,
    read_budget,
    read_forecast,
    read_figures,
)
