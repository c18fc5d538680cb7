"""Budgets, and where the months end."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods

if TYPE_CHECKING:
    from dashboards.dialects import Dialect


def _scope(q: Dialect, of: str = "") -> str:
    """Keep the whole company, or the chosen customers."""
    prefix = f"{of}." if of else ""
    picked = q.value("customer_id")
    return f"""(
    ({prefix}budget_scope = 'total' AND {q.everything("customer_id")})
    OR ({prefix}budget_scope = 'customer' AND {prefix}customer_id IN ({picked}))
  )"""


def customers_in_danger(q: Dialect) -> str:
    """One row: customers over their budget this month, and those heading there."""

    def found(status: str) -> str:
        return q.number(f"SUM(CASE WHEN status = '{status}' THEN 1 ELSE 0 END)")

    return f"""SELECT
  {found("Over")} AS customers_over,
  {found("At risk")} AS customers_at_risk
FROM {q.mart("budget_status")}
WHERE {q.is_true("is_current_month")}
  AND budget_scope = 'customer'
  AND {q.chosen("customer_id")}"""


def forecast_with_range(q: Dialect) -> str:
    """Forecast of this month and the ends of its range, which do not add up."""

    def end(name: str) -> str:
        return f"CASE WHEN COUNT(*) = 1 THEN MAX({name}) END"

    return f"""SELECT
  {q.number("SUM(forecast_month_end_usd)")} AS forecast_usd,
  {q.number(end("forecast_low_usd"))} AS low_usd,
  {q.number(end("forecast_high_usd"))} AS high_usd
FROM {q.mart("budget_status")}
WHERE {q.is_true("is_current_month")}
  AND {_scope(q)}"""


def month_course(q: Dialect) -> str:
    """One row per day of this month: spent, forecast with its range, and the budget."""
    day, month = q.name("date"), q.name("month")
    nothing = q.number("NULL")

    def end(name: str) -> str:
        return q.number(f"CASE WHEN COUNT(*) = 1 THEN MAX({name}) END")

    return f"""WITH current_month AS (
  SELECT {month} AS first_day, MAX(as_of_date) AS as_of_date,
    SUM(monthly_budget_usd) AS budget_usd
  FROM {q.mart("budget_status")}
  WHERE {q.is_true("is_current_month")}
    AND {_scope(q)}
  GROUP BY {month}
),
spent AS (
  SELECT c.{day} AS usage_day, SUM(c.cost_usd) AS day_usd
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN current_month AS m
  WHERE c.{day} BETWEEN m.first_day AND m.as_of_date
    AND {periods.recent(q, f"c.{day}")}
    AND {q.chosen("customer_id", of="c")}
  GROUP BY c.{day}
),
points AS (
  SELECT
    usage_day,
    {
        q.number('''SUM(day_usd) OVER (
      ORDER BY usage_day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )''')
    } AS spent_usd,
    {nothing} AS forecast_usd,
    {nothing} AS low_usd,
    {nothing} AS high_usd
  FROM spent
  UNION ALL
  SELECT
    f.{day} AS usage_day,
    {nothing} AS spent_usd,
    {q.number("SUM(f.month_forecast_usd)")} AS forecast_usd,
    {end("f.month_forecast_low_usd")} AS low_usd,
    {end("f.month_forecast_high_usd")} AS high_usd
  FROM {q.mart("cost_forecast")} AS f
  INNER JOIN current_month AS m ON m.first_day = f.{month}
  WHERE {_scope(q, "f")}
  GROUP BY f.{day}
)
SELECT
  {q.time("p.usage_day")},
  p.spent_usd,
  p.forecast_usd,
  p.low_usd,
  p.high_usd,
  {q.number("m.budget_usd")} AS budget_usd
FROM points AS p
CROSS JOIN current_month AS m
ORDER BY p.usage_day"""


def _standing(q: Dialect) -> str:
    """Give the columns that tell how a budget stands."""
    return f"""status,
  {q.number("monthly_budget_usd")} AS budget_usd,
  {q.number("cost_usd")} AS cost_usd,
  {q.ratio("cost_usd", "monthly_budget_usd")} AS budget_used,
  {q.number("forecast_month_end_usd")} AS forecast_usd,
  {q.number("forecast_low_usd")} AS low_usd,
  {q.number("forecast_high_usd")} AS high_usd,
  {q.ratio("forecast_month_end_usd", "monthly_budget_usd")} AS forecast_used,
  {q.moment("projected_overrun_date")} AS overrun_day"""


def budgets_of_customers(q: Dialect) -> str:
    """One row per customer: budget, spent, forecast with its range, verdict."""
    return f"""SELECT
  customer_id,
  customer_name,
  {_standing(q)}
FROM {q.mart("budget_status")}
WHERE {q.is_true("is_current_month")}
  AND budget_scope = 'customer'
  AND {q.chosen("customer_id")}
ORDER BY
  CASE status
    WHEN 'Over' THEN 1 WHEN 'At risk' THEN 2 WHEN 'On track' THEN 3 ELSE 4
  END,
  forecast_month_end_usd DESC,
  customer_id"""


def budgets_of_clouds_and_teams(q: Dialect) -> str:
    """One row per cloud and team with a budget: budget, spent, forecast, verdict.

    Of all customers, whichever are chosen. Teams are of all clouds, so not told where
    some clouds are chosen.
    """
    return f"""SELECT
  CASE budget_scope WHEN 'provider' THEN 'Cloud' ELSE 'Team' END AS budget_kind,
  budget_name,
  {_standing(q)}
FROM {q.mart("budget_status")}
WHERE {q.is_true("is_current_month")}
  AND (
    (budget_scope = 'team' AND {q.everything("cloud_provider")})
    OR (budget_scope = 'provider' AND {q.chosen("cloud_provider")})
  )
ORDER BY
  budget_scope,
  CASE status WHEN 'Over' THEN 1 WHEN 'At risk' THEN 2 ELSE 3 END,
  forecast_month_end_usd DESC,
  budget_name"""


def budgets_of_months(q: Dialect) -> str:
    """One row per month, newest first: budget, cost or forecast, and the share used."""
    month = q.name("month")
    cost = "SUM(forecast_month_end_usd)"
    budgeted = "SUM(CASE WHEN monthly_budget_usd > 0 THEN forecast_month_end_usd END)"
    return f"""SELECT
  {q.moment(month)} AS month_start,
  {q.number("SUM(monthly_budget_usd)")} AS budget_usd,
  {q.number("SUM(cost_usd)")} AS cost_usd,
  {q.number(cost)} AS forecast_usd,
  {q.ratio(budgeted, "SUM(monthly_budget_usd)")} AS forecast_used
FROM {q.mart("budget_status")}
WHERE {_scope(q)}
GROUP BY {month}
ORDER BY {month} DESC"""


def forecast_of_clouds(q: Dialect) -> str:
    """One row per cloud and month to come: forecast at its end, and the range."""
    day, month = q.name("date"), q.name("month")
    forecast = q.mart("cost_forecast")
    return f"""WITH month_ends AS (
  SELECT {month}, MAX({day}) AS month_end
  FROM {forecast}
  GROUP BY {month}
)
SELECT
  {q.moment(f"f.{month}")} AS month_start,
  f.cloud_provider,
  {q.number("f.month_forecast_usd")} AS forecast_usd,
  {q.number("f.month_forecast_low_usd")} AS low_usd,
  {q.number("f.month_forecast_high_usd")} AS high_usd,
  f.forecast_method
FROM {forecast} AS f
INNER JOIN month_ends AS e ON e.month_end = f.{day}
WHERE f.budget_scope = 'provider'
  AND {q.chosen("cloud_provider", of="f")}
ORDER BY f.{month}, f.month_forecast_usd DESC, f.cloud_provider"""


def margins(q: Dialect) -> str:
    """One row per customer of whom the revenue is known: what is left this month."""
    return f"""SELECT
  customer_id,
  {q.number("monthly_revenue_usd")} AS revenue_usd,
  {q.number("cost_usd")} AS cost_usd,
  {q.number("forecast_month_end_usd")} AS forecast_usd,
  {q.number("margin_usd")} AS margin_usd,
  {q.number("margin_share")} AS margin_share
FROM {q.mart("customer_margins")}
WHERE {q.is_true("is_current_month")}
  AND {q.chosen("customer_id")}
ORDER BY margin_usd, customer_id"""
