"""What each warehouse gives to the dashboard that adds several up.

Every row names its cloud: Grafana takes rows that are alike for one and the same.
"""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods
from dashboards.queries.anomalies import FLAGGED

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

CLOUD, CUSTOMER = "cloud_provider", "customer_id"


def _picked_month(q: Dialect) -> str:
    # The warehouses may have different newest days, but they share the time picker.
    return q.month(q.last_day)


def month_so_far(q: Dialect) -> str:
    """One row per cloud: cost of the month in which the time picker ends."""
    day = q.name("date")
    return f"""SELECT
  cloud_provider,
  {q.number("SUM(cost_usd)")} AS cost_usd
FROM {q.mart("daily_costs")}
WHERE {day} BETWEEN {_picked_month(q)} AND {q.last_day}
  AND {q.chosen(CLOUD, CUSTOMER)}
GROUP BY cloud_provider
ORDER BY cloud_provider"""


def month_end(q: Dialect) -> str:
    """One row per cloud: where the month ends in which the time picker ends.

    What is billed where no day of it is left to forecast.
    """
    day, month = q.name("date"), q.name("month")
    return f"""WITH billed AS (
  SELECT cloud_provider, SUM(cost_usd) AS cost_usd
  FROM {q.mart("daily_costs")}
  WHERE {day} BETWEEN {_picked_month(q)} AND {q.last_day}
  AND {q.chosen(CLOUD)}
  GROUP BY cloud_provider
),
ahead AS (
  SELECT
    cloud_provider,
    month_forecast_usd,
    ROW_NUMBER() OVER (PARTITION BY cloud_provider ORDER BY {day} DESC) AS place
  FROM {q.mart("cost_forecast")}
  WHERE budget_scope = 'provider'
    AND {month} = {_picked_month(q)}
    AND {q.chosen(CLOUD)}
)
SELECT
  b.cloud_provider,
  {q.number("COALESCE(a.month_forecast_usd, b.cost_usd)")} AS forecast_usd
FROM billed AS b
LEFT JOIN ahead AS a ON a.cloud_provider = b.cloud_provider AND a.place = 1
ORDER BY b.cloud_provider"""


def change(q: Dialect) -> str:
    """One row per cloud: cost of the picked days, and its change in dollars."""
    return f"""WITH {periods.compared(q)},
sums AS (
  SELECT
    c.cloud_provider,
    {periods.split_cost(q)}
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN periods AS p
  WHERE {periods.in_both(q)}
  AND {q.chosen(CLOUD, CUSTOMER, of="c")}
  GROUP BY c.cloud_provider
)
SELECT
  cloud_provider,
  {q.number("now_usd")} AS cost_usd,
  {q.number("now_usd - earlier_usd")} AS change_usd
FROM sums
ORDER BY cloud_provider"""


def unattributed(q: Dialect) -> str:
    """One row per cloud: cost without a customer."""
    return f"""SELECT
  cloud_provider,
  {q.number("SUM(cost_usd)")} AS cost_usd
FROM {q.mart("daily_costs")}
WHERE {q.in_range(q.name("date"))}
  AND customer_id = 'unattributed'
  AND {q.chosen(CLOUD)}
GROUP BY cloud_provider
ORDER BY cloud_provider"""


def states_of_clouds(q: Dialect) -> str:
    """One row per cloud: how fresh and how whole its bills are."""
    behind = q.days_between("MAX(f.last_usage_date)", q.last_day)
    differs = f"CASE WHEN {q.is_true('is_reconciled')} THEN 0 ELSE 1 END"
    return f"""WITH proofs AS (
  SELECT cloud_provider, SUM({differs}) AS loads_that_differ
  FROM {q.mart("load_reconciliation")}
  GROUP BY cloud_provider
)
SELECT
  f.cloud_provider,
  {q.number(behind)} AS days_behind,
  {q.moment("MAX(f.last_loaded_at)")} AS loaded_at,
  {q.number("MAX(p.loads_that_differ)")} AS loads_that_differ
FROM {q.mart("data_freshness")} AS f
LEFT JOIN proofs AS p ON p.cloud_provider = f.cloud_provider
WHERE {q.chosen(CLOUD, of="f")}
GROUP BY f.cloud_provider
ORDER BY f.cloud_provider"""


def cost_by(q: Dialect, column: str) -> str:
    """One row per cloud and customer or model: cost, and its change in dollars.

    Args:
        q: Data source.
        column: ``customer_id`` or ``model``.
    """
    return f"""WITH {periods.compared(q)},
sums AS (
  SELECT
    c.cloud_provider,
    c.{column},
    {periods.split_cost(q)}
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN periods AS p
  WHERE {periods.in_both(q)}
  AND {q.chosen(CLOUD, CUSTOMER, of="c")}
  GROUP BY c.cloud_provider, c.{column}
)
SELECT
  cloud_provider,
  {column},
  {q.number("now_usd")} AS cost_usd,
  {q.number("now_usd - earlier_usd")} AS change_usd
FROM sums
WHERE now_usd <> 0 OR earlier_usd <> 0
ORDER BY cloud_provider, {column}"""


def budgets(q: Dialect) -> str:
    """One row per cloud and customer with a budget: the month's cost, the budget."""
    day = f"c.{q.name('date')}"
    return f"""SELECT
  c.cloud_provider,
  c.customer_id,
  {q.number("SUM(c.cost_usd)")} AS cost_usd,
  {q.number("MAX(k.monthly_budget_usd)")} AS budget_usd
FROM {q.mart("daily_costs")} AS c
INNER JOIN {q.mart("dim_customers")} AS k ON k.customer_id = c.customer_id
WHERE {day} BETWEEN {_picked_month(q)} AND {q.last_day}
  AND k.monthly_budget_usd > 0
  AND {q.chosen(CLOUD, CUSTOMER, of="c")}
GROUP BY c.cloud_provider, c.customer_id
ORDER BY c.cloud_provider, c.customer_id"""


def anomalies(q: Dialect) -> str:
    """One row per flagged day of a service, newest first."""
    day = q.name("date")
    return f"""SELECT
  {q.moment(day)} AS usage_day,
  scope_key,
  {q.number("cost_usd")} AS cost_usd,
  {q.number("expected_cost_usd")} AS expected_usd,
  status,
  severity,
  top_contributor
FROM {q.mart("cost_anomalies")}
WHERE {q.in_range(day)}
  AND scope_type = 'service'
  AND {FLAGGED}
  AND {q.chosen(CLOUD)}
ORDER BY {day} DESC, cost_usd DESC, scope_key"""
