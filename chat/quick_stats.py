"""The figures of the badge: yesterday, the week, the month, and the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.asker import complete_until, run_query
from chat.formats import format_value
from chat.metrics import METRICS
from chat.query import CostQuery, TimeRange
from chat.schemas import QuickStat, QuickStats

if TYPE_CHECKING:
    from chat.asker import Asker

STATS = (
    ("yesterday", "Yesterday", "total_cost", "yesterday"),
    ("last_7_days", "Last 7 days", "total_cost", "last_7_days"),
    ("month_to_date", "This month", "total_cost", "month_to_date"),
    ("budget_used", "Budget used", "budget_utilization_pct", "this_month"),
)


def read_quick_stats(asker: Asker) -> QuickStats:
    """Read the figures of the badge for whoever asks."""
    until = complete_until(asker)
    stats = []
    for name, label, metric, period in STATS:
        query = CostQuery(metrics=(metric,), time=TimeRange(name=period))
        _, rows = run_query(query, asker, until)
        # Several customers have several budgets: no one figure says how they stand.
        value = rows[0][metric] if len(rows) == 1 else None
        unit = METRICS[metric].unit
        stats.append(
            QuickStat.model_validate(
                {
                    "name": name,
                    "label": label,
                    "value": value,
                    "unit": unit,
                    "text": format_value(value, unit),
                }
            )
        )
    return QuickStats(complete_until=until, stats=stats)
