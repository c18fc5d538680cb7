"""The newest days and months against those before them."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

FILTERS = ("cloud_provider", "customer_id", "model")


def newest_day_against_averages(q: Dialect) -> str:
    """Usage of the last complete day, and its change from the mean of 7 and 30 before.

    Usage only: a tax or a fee of one day would look like a jump. A day without a row
    counts as nothing; a mean is null when the history is shorter than its days.
    """
    day = f"c.{q.name('date')}"

    def mean(days: int) -> str:
        first = q.add_days("d.last_day", -days)
        inside = f"{day} >= {first} AND {day} < d.last_day AND h.oldest_day <= {first}"
        return f"SUM(CASE WHEN {inside} THEN c.usage_cost_usd END) / {days}"

    newest = f"SUM(CASE WHEN {day} = d.last_day THEN c.usage_cost_usd ELSE 0 END)"
    return f"""WITH {periods.complete(q)},
{periods.history(q, periods.recent(q, q.name("date")))},
days AS (
  SELECT
    {newest} AS day_usd,
    {mean(7)} AS week_mean_usd,
    {mean(30)} AS month_mean_usd
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN complete AS d
  CROSS JOIN history AS h
  WHERE {day} BETWEEN {q.add_days("d.last_day", -30)} AND d.last_day
  AND {periods.recent(q, day)}
  AND {q.chosen(*FILTERS, of="c")}
)
SELECT
  {q.number("day_usd")} AS day_usd,
  {periods.change(q, "day_usd", "week_mean_usd")} AS against_week,
  {periods.change(q, "day_usd", "month_mean_usd")} AS against_month
FROM days"""


def movers(q: Dialect, *, is_up: bool) -> str:
    """Ten pairs of customer and model whose usage grew, or fell, most in a week.

    The last 7 complete days against the 7 before them.

    Args:
        q: Data source.
        is_up: Whether those that grew are listed.
    """
    day = f"c.{q.name('date')}"
    week, earlier = q.add_days("d.last_day", -7), q.add_days("d.last_day", -14)
    direction, order = (">", "DESC") if is_up else ("<", "ASC")
    return f"""WITH {periods.complete(q)},
moved AS (
  SELECT
    c.customer_id,
    c.model,
    SUM(CASE WHEN {day} > {week} THEN c.usage_cost_usd ELSE 0 END) AS now_usd,
    SUM(CASE WHEN {day} <= {week} THEN c.usage_cost_usd ELSE 0 END) AS earlier_usd
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN complete AS d
  WHERE {day} > {earlier}
    AND {day} <= d.last_day
    AND {periods.recent(q, day)}
  AND {q.chosen(*FILTERS, of="c")}
  GROUP BY c.customer_id, c.model
),
ranked AS (
  SELECT
    customer_id,
    model,
    now_usd,
    earlier_usd,
    now_usd - earlier_usd AS change_usd,
    ROW_NUMBER() OVER (
      ORDER BY now_usd - earlier_usd {order}, customer_id, model
    ) AS place
  FROM moved
  WHERE now_usd {direction} earlier_usd
)
SELECT
  customer_id,
  model,
  {q.number("now_usd")} AS week_usd,
  {q.number("change_usd")} AS change_usd,
  {periods.change(q, "now_usd", "earlier_usd")} AS cost_change
FROM ranked
WHERE place <= 10
ORDER BY place"""
