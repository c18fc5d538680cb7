"""Who causes the cost."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods
from dashboards.queries.models import NO_MODEL

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

FILTERS = ("cloud_provider", "customer_id", "model")
WEEKS = 12
ACTIVE = "customer_id <> 'unattributed' AND cost_usd > 0"


def active_customers(q: Dialect) -> str:
    """One row: customers that caused cost, and the mean cost of one."""
    attributed = "SUM(CASE WHEN customer_id <> 'unattributed' THEN cost_usd ELSE 0 END)"
    known = f"COUNT(DISTINCT CASE WHEN {ACTIVE} THEN customer_id END)"
    return f"""SELECT
  {q.number(known)} AS customers,
  {q.ratio(attributed, known)} AS cost_usd
FROM {q.mart("daily_costs")}
WHERE {q.in_range(q.name("date"))}
  AND {q.chosen(*FILTERS)}"""


def budgets_in_danger(q: Dialect) -> str:
    """Customers over their budget, or heading there, in the newest month."""
    budgets = q.mart("budget_status")
    danger = "SUM(CASE WHEN status IN ('Over', 'At risk') THEN 1 ELSE 0 END)"
    return f"""SELECT {q.number(danger)} AS customers
FROM {budgets}
WHERE {periods.newest_month(q, "budget_status")}
  AND budget_scope = 'customer'
  AND {q.chosen("customer_id")}"""


def week_column(weeks_ago: int) -> str:
    """Name the column of a week."""
    return f"weeks_ago_{weeks_ago:02d}"


def weekly_cost(q: Dialect) -> str:
    """One row per customer, a column for each of the last weeks, oldest first."""
    day = f"c.{q.name('date')}"
    weeks = ",\n  ".join(
        q.number(f"SUM(CASE WHEN days_ago = {7 * ago} THEN cost_usd END)")
        + f" AS {week_column(ago)}"
        for ago in reversed(range(WEEKS))
    )
    oldest = 7 * (WEEKS - 1)
    return f"""WITH newest AS (
  SELECT {q.week(f"MAX({q.name('date')})")} AS this_week
  FROM {q.mart("daily_costs")}
  WHERE {q.name("date")} <= {q.last_day}
  AND {periods.recent(q, q.name("date"))}
),
spend AS (
  SELECT
    c.customer_id,
    c.cost_usd,
    {q.days_between(q.week(day), "n.this_week")} AS days_ago
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN newest AS n
  WHERE {day} BETWEEN {q.add_days("n.this_week", -oldest)} AND {q.last_day}
  AND {periods.recent(q, day)}
  AND {q.chosen(*FILTERS, of="c")}
)
SELECT
  customer_id,
  {weeks}
FROM spend
GROUP BY customer_id
ORDER BY SUM(cost_usd) DESC, customer_id"""


def top_spenders(q: Dialect) -> str:
    """One row per customer: range, month, week, days, models, home, budget.

    Without the budget in a part: a budget is of all clouds.
    """
    day = f"c.{q.name('date')}"
    budgets = q.mart("budget_status")
    last = "n.last_day"
    week, earlier_week = q.add_days(last, -7), q.add_days(last, -14)
    picked = q.in_range(day)
    budget = f""",
budget AS (
  SELECT customer_id, cost_usd AS spent_usd, monthly_budget_usd, status
  FROM {budgets}
  WHERE budget_scope = 'customer'
    AND {periods.newest_month(q, "budget_status")}
)"""
    budget_columns = f""",
  {q.number("b.monthly_budget_usd")} AS budget_usd,
  {q.ratio("b.spent_usd", "b.monthly_budget_usd")} AS budget_used,
  b.status AS budget_status"""
    budget_join = "\nLEFT JOIN budget AS b ON b.customer_id = s.customer_id"
    if q.part:
        budget = budget_columns = budget_join = ""
    return f"""WITH {periods.newest(q)},
spend AS (
  SELECT
    c.customer_id,
    SUM(CASE WHEN {picked} THEN c.cost_usd ELSE 0 END) AS cost_usd,
    SUM(CASE WHEN {day} >= {q.month(last)} THEN c.cost_usd ELSE 0 END) AS month_usd,
    SUM(CASE WHEN {day} > {week} THEN c.cost_usd ELSE 0 END) AS week_usd,
    SUM(
      CASE WHEN {day} > {earlier_week} AND {day} <= {week} THEN c.cost_usd END
    ) AS earlier_week_usd,
    COUNT(
      DISTINCT CASE WHEN {picked} AND c.cost_usd > 0 THEN {day} END
    ) AS active_days,
    COUNT(
      DISTINCT CASE
        WHEN {picked} AND c.cost_usd > 0 AND c.model NOT IN ({NO_MODEL}) THEN c.model
      END
    ) AS models_used
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN newest AS n
  WHERE ({picked} OR {periods.recent(q, day)})
  AND {q.chosen(*FILTERS, of="c")}
  GROUP BY c.customer_id
){budget}
SELECT
  s.customer_id,
  {q.number("s.cost_usd")} AS cost_usd,
  {q.number("s.month_usd")} AS month_usd,
  {q.number("s.week_usd")} AS week_usd,
  {periods.change(q, "s.week_usd", "s.earlier_week_usd")} AS cost_change,
  {q.number("s.active_days")} AS active_days,
  {q.number("s.models_used")} AS models_used,
  k.warehouse_home{budget_columns}
FROM spend AS s
LEFT JOIN {q.mart("dim_customers")} AS k ON k.customer_id = s.customer_id{budget_join}
WHERE s.cost_usd <> 0 OR s.month_usd <> 0
ORDER BY s.cost_usd DESC, s.customer_id"""


def daily_customers_and_cost(q: Dialect) -> str:
    """One row per day: customers that caused cost, and the cost."""
    day = q.name("date")
    known = f"COUNT(DISTINCT CASE WHEN {ACTIVE} THEN customer_id END)"
    return f"""SELECT
  {q.time(day)},
  {q.number(known)} AS customers,
  {q.number("SUM(cost_usd)")} AS cost_usd
FROM {q.mart("daily_costs")}
WHERE {q.in_range(day)}
  AND {q.chosen(*FILTERS)}
GROUP BY {day}
ORDER BY {day}"""


def daily_unattributed(q: Dialect) -> str:
    """One row per day: cost without a customer, and its share."""
    day = q.name("date")
    nobody = "SUM(CASE WHEN customer_id = 'unattributed' THEN cost_usd ELSE 0 END)"
    return f"""SELECT
  {q.time(day)},
  {q.number(nobody)} AS cost_usd,
  {q.ratio(nobody, "SUM(cost_usd)")} AS unattributed_share
FROM {q.mart("daily_costs")}
WHERE {q.in_range(day)}
  AND {q.chosen("cloud_provider", "model")}
GROUP BY {day}
ORDER BY {day}"""


def models_of_customers(q: Dialect) -> str:
    """One row per customer and model, the fifty greatest."""
    return f"""WITH spend AS (
  SELECT
    customer_id,
    model,
    SUM(cost_usd) AS cost_usd,
    SUM(total_tokens) AS tokens,
    SUM(SUM(cost_usd)) OVER (PARTITION BY customer_id) AS customer_usd,
    ROW_NUMBER() OVER (ORDER BY SUM(cost_usd) DESC, customer_id, model) AS place
  FROM {q.mart("daily_costs")}
  WHERE {q.in_range(q.name("date"))}
    AND {q.chosen(*FILTERS)}
  GROUP BY customer_id, model
)
SELECT
  customer_id,
  model,
  {q.number("cost_usd")} AS cost_usd,
  {q.ratio("cost_usd", "customer_usd")} AS cost_share,
  {q.number("tokens")} AS tokens
FROM spend
WHERE place <= 50
ORDER BY place"""
