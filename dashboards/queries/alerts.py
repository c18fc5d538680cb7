"""What alert rules ask: a row for each thing to tell, with one number.

Grafana makes an alert of every row: its texts are labels, which tell one alert from
another, and its only number is compared. The variables of dashboards do not exist here.
"""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods
from dashboards.queries.customer import daily_limit

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

# Days before the newest whole one that are still told: a load may have missed a night.
WINDOW = 2
# Nothing older can be told, and an engine that stores by day skips it by a constant.
REACH = 14
# An account without usage for longer is taken for closed.
FORGOTTEN_AFTER = 45


def _recent(q: Dialect, day: str) -> str:
    """Keep the newest whole days; a CTE ``complete AS m`` is joined."""
    return f"""{day} BETWEEN {q.add_days("m.last_day", -WINDOW)} AND m.last_day
    AND {day} >= {q.add_days(q.today, -REACH)}"""


def total_above_limit(q: Dialect, limit_usd: int) -> str:
    """Whole days whose usage costs more than the limit, of all customers together."""
    day = f"c.{q.name('date')}"
    own = q.own_clouds("c")
    return f"""WITH {periods.complete(q)},
spent AS (
  SELECT {day} AS usage_day, SUM(c.usage_cost_usd) AS day_usd
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN complete AS m
  WHERE {_recent(q, day)}{f"{chr(10)}    AND {own}" if own else ""}
  GROUP BY {day}
)
SELECT
  {q.day_as_text("usage_day")} AS usage_day,
  {q.number("day_usd")} AS cost_usd
FROM spent
WHERE day_usd > {limit_usd}"""


def customers_above_limit(q: Dialect, limit_usd: int) -> str:
    """Whole days on which a customer's usage costs more than its limit.

    Args:
        q: Data source.
        limit_usd: Limit of customers with neither a limit of their own nor a budget.
    """
    day = f"c.{q.name('date')}"
    limit = daily_limit("k", limit_usd)
    return f"""WITH {periods.complete(q)},
spent AS (
  SELECT {day} AS usage_day, c.customer_id, SUM(c.usage_cost_usd) AS day_usd
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN complete AS m
  WHERE {_recent(q, day)}
  GROUP BY {day}, c.customer_id
)
SELECT
  {q.day_as_text("s.usage_day")} AS usage_day,
  s.customer_id,
  {q.amount_as_text(limit)} AS limit_usd,
  {q.number("s.day_usd")} AS cost_usd
FROM spent AS s
LEFT JOIN {q.mart("dim_customers")} AS k ON k.customer_id = s.customer_id
WHERE s.day_usd > {limit}"""


def dear_services(q: Dialect, severity: str) -> str:
    """Days on which a service cost more than its range; its excess in USD."""
    day = f"a.{q.name('date')}"
    own = q.own_clouds("a")
    return f"""WITH {periods.complete(q)}
SELECT
  {q.day_as_text(day)} AS usage_day,
  a.cloud_provider,
  a.service,
  {q.number("a.cost_usd - a.expected_cost_usd")} AS excess_usd
FROM {q.mart("cost_anomalies")} AS a
CROSS JOIN complete AS m
WHERE {_recent(q, day)}
    AND a.scope_type = 'service'
    AND a.status = 'High'
    AND a.severity = '{severity}'{f"{chr(10)}    AND {own}" if own else ""}"""


def dear_customers(q: Dialect, severity: str) -> str:
    """Days on which a customer cost more than its range; its excess in USD."""
    day = f"a.{q.name('date')}"
    return f"""WITH {periods.complete(q)}
SELECT
  {q.day_as_text(day)} AS usage_day,
  a.customer_id,
  {q.number("a.cost_usd - a.expected_cost_usd")} AS excess_usd
FROM {q.mart("customer_anomalies")} AS a
CROSS JOIN complete AS m
WHERE {_recent(q, day)}
    AND a.status = 'High'
    AND a.severity = '{severity}'"""


def budgets_used(q: Dialect, column: str, condition: str) -> str:
    """Budgets of this month in some state: of the company, customers, clouds and teams.

    What a budget is not of says ``all``.

    Args:
        q: Data source.
        column: Percentage to give.
        condition: Which budgets.
    """
    return f"""SELECT
  budget_scope,
  customer_id,
  cloud_provider,
  team,
  {q.number(column)} AS budget_percent
FROM {q.mart("budget_status")}
WHERE {q.is_true("is_current_month")}
  AND monthly_budget_usd IS NOT NULL
  AND {condition}"""


def days_without_usage(q: Dialect) -> str:
    """Days since the newest usage of every billing account that is not closed."""
    age = q.days_between("last_usage_date", q.today)
    kept = f"{age} <= {FORGOTTEN_AFTER}"
    return f"""SELECT
  cloud_provider,
  {q.name("source")} AS loader,
  billing_account_id,
  {q.number(age)} AS days_old
FROM {q.mart("data_freshness")}
{q.where(kept, q.own_clouds())}"""


def loads_that_differ(q: Dialect) -> str:
    """Loaded bills of each cloud that are not in the marts to the cent."""
    differs = f"CASE WHEN {q.is_true('is_reconciled')} THEN 0 ELSE 1 END"
    own = q.where(q.own_clouds())
    return f"""SELECT
  cloud_provider,
  {q.name("source")} AS loader,
  {q.number(f"SUM({differs})")} AS loads
FROM {q.mart("load_reconciliation")}{f"{chr(10)}{own}" if own else ""}
GROUP BY cloud_provider, {q.name("source")}"""


def unknown_percent(q: Dialect) -> str:
    """Percent of each cloud's usage of a week whose SKU no rule knows."""
    day = f"c.{q.name('date')}"
    own = q.own_clouds("c")
    unknown = (
        "100 * SUM(CASE WHEN c.model = 'unknown' THEN c.usage_cost_usd ELSE 0 END)"
    )
    return f"""WITH {periods.complete(q)}
SELECT
  c.cloud_provider,
  {q.ratio(unknown, "SUM(c.usage_cost_usd)")} AS unknown_percent
FROM {q.mart("daily_costs")} AS c
CROSS JOIN complete AS m
WHERE {day} BETWEEN {q.add_days("m.last_day", -6)} AND m.last_day
  AND {day} >= {q.add_days(q.today, -REACH)}{f"{chr(10)}  AND {own}" if own else ""}
GROUP BY c.cloud_provider
HAVING SUM(c.usage_cost_usd) > 0"""
