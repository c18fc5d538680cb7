"""The figures of the badge: yesterday, the week, the month, and the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chat.asker import complete_until, run_query
from chat.formats import format_value
from chat.metrics import METRICS
from chat.periods import merged
from chat.query import CostQuery, TimeRange
from chat.schemas import QuickStat, QuickStats

if TYPE_CHECKING:
    from datetime import date

    from chat.asker import Asker

COST, BUDGET = "total_cost", "budget_utilization_pct"
COSTS = (
    ("yesterday", "Yesterday", "yesterday"),
    ("last_7_days", "Last 7 days", "last_7_days"),
    ("month_to_date", "This month", "month_to_date"),
)


def read_quick_stats(asker: Asker) -> QuickStats:
    """Read the figures of the badge for whoever asks."""
    until = complete_until(asker)
    stats = _costs(asker, until)
    budget = CostQuery(metrics=(BUDGET,), time=TimeRange(name="this_month"))
    _, rows = run_query(budget, asker, until)
    # Several customers have several budgets: no one figure says how they stand.
    used = rows[0][BUDGET] if len(rows) == 1 else None
    stats.append(_stat("budget_used", "Budget used", BUDGET, used))
    return QuickStats(complete_until=until, stats=stats)


def _costs(asker: Asker, until: date | None) -> list[QuickStat]:
    """Sum the periods, which overlap, from days that are read once."""
    periods = [
        TimeRange(name=name).resolve(today=asker.today, complete_until=until)
        for _, _, name in COSTS
    ]
    of_days: dict[date, Any] = {}
    for days in merged(periods):
        time = TimeRange(first=days.first, last=days.last)
        query = CostQuery(
            metrics=(COST,), dimensions=("day",), time=time, limit=days.days
        )
        of_days |= {
            row["day"]: row[COST]
            for row in run_query(query, asker, until)[1]
            if row[COST] is not None
        }
    stats = []
    for (name, label, _), period in zip(COSTS, periods, strict=True):
        costs = [of_days[day] for day in of_days if period.first <= day <= period.last]
        stats.append(_stat(name, label, COST, sum(costs) if costs else None))
    return stats


def _stat(name: str, label: str, metric: str, value: Any) -> QuickStat:
    unit = METRICS[metric].unit
    text = format_value(value, unit)
    return QuickStat.model_validate(
        {"name": name, "label": label, "value": value, "unit": unit, "text": text}
    )
