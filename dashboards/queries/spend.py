"""Cost in total, by cloud and over time."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

FILTERS = ("cloud_provider", "customer_id", "model")


# A column for each cloud rather than a row: a column keeps its colour everywhere.
NAMED_CLOUDS = {"AWS": "aws", "Azure": "azure", "GCP": "gcp"}


def cloud_columns(q: Dialect) -> list[str]:
    """Name the columns that hold the clouds' cost."""
    if q.clouds:
        return [NAMED_CLOUDS[cloud] for cloud in q.clouds]
    return [*NAMED_CLOUDS.values(), "other_clouds"]


def _by_cloud(q: Dialect) -> str:
    named = {
        cloud: column
        for cloud, column in NAMED_CLOUDS.items()
        if column in cloud_columns(q)
    }
    sums = [
        q.number(f"SUM(CASE WHEN cloud_provider = '{cloud}' THEN cost_usd END)")
        + f" AS {column}"
        for cloud, column in named.items()
    ]
    if q.clouds:
        return ",\n  ".join(sums)
    others = ", ".join(f"'{cloud}'" for cloud in named)
    rest = f"SUM(CASE WHEN cloud_provider NOT IN ({others}) THEN cost_usd END)"
    return ",\n  ".join([*sums, f"{q.number(rest)} AS other_clouds"])


def headline(q: Dialect) -> str:
    """One row: cost of the newest month, and what has changed.

    The newest month that has any cost; its change from the same days of the month
    before, null when the history does not reach back to the first of these; and the
    change of the picked days from as many days before them.
    """
    day = f"c.{q.name('date')}"
    so_far = q.days_between("m.this_month", "m.last_day")
    into_month = q.days_between("m.earlier_month", day)
    recent = periods.recent(q, q.name("date"))
    return f"""WITH {periods.newest(q)},
{periods.history(q, recent, "recent_history")},
months AS (
  SELECT
    n.last_day,
    {q.month("n.last_day")} AS this_month,
    {q.month(q.add_days(q.month("n.last_day"), -1))} AS earlier_month,
    h.oldest_day
  FROM newest AS n
  CROSS JOIN recent_history AS h
),
of_months AS (
  SELECT
    SUM(CASE WHEN {day} >= m.this_month THEN c.cost_usd END) AS month_usd,
    SUM(CASE WHEN {day} >= m.this_month THEN c.cost_usd ELSE 0 END) AS now_usd,
    SUM(
      CASE
        WHEN {day} < m.this_month AND {into_month} <= {so_far}
          AND m.oldest_day <= m.earlier_month
        THEN c.cost_usd
      END
    ) AS earlier_usd
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN months AS m
  WHERE {day} >= m.earlier_month
  AND {periods.recent(q, day)}
  AND {q.chosen(*FILTERS, of="c")}
),
{periods.compared(q)},
of_range AS (
  SELECT
    {periods.split_cost(q)}
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN periods AS p
  WHERE {periods.in_both(q)}
  AND {q.chosen(*FILTERS, of="c")}
)
SELECT
  {q.number("m.month_usd")} AS cost_usd,
  {periods.change(q, "m.now_usd", "m.earlier_usd")} AS month_change,
  {periods.change(q, "r.now_usd", "r.earlier_usd")} AS cost_change
FROM of_months AS m
CROSS JOIN of_range AS r"""


def cost_by_cloud(q: Dialect) -> str:
    """One row with the cost of each cloud."""
    return f"""SELECT
  {_by_cloud(q)}
FROM {q.mart("daily_costs")}
WHERE {q.in_range(q.name("date"))}
  AND {q.chosen(*FILTERS)}"""


def daily_cost_by_cloud(q: Dialect) -> str:
    """One row per day with the cost of each cloud."""
    day = q.name("date")
    return f"""SELECT
  {q.time(day)},
  {_by_cloud(q)}
FROM {q.mart("daily_costs")}
WHERE {q.in_range(day)}
  AND {q.chosen(*FILTERS)}
GROUP BY {day}
ORDER BY {day}"""


def top_by_cost(q: Dialect, column: str) -> str:
    """Ten greatest customers or models, with share and change.

    Args:
        q: Data source.
        column: ``customer_id`` or ``model``.
    """
    return f"""WITH {periods.compared(q)},
spend AS (
  SELECT
    c.{column},
    {periods.split_cost(q)}
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN periods AS p
  WHERE {periods.in_both(q)}
  AND {q.chosen(*FILTERS, of="c")}
  GROUP BY c.{column}
),
ranked AS (
  SELECT
    {column},
    now_usd,
    earlier_usd,
    SUM(now_usd) OVER () AS all_usd,
    ROW_NUMBER() OVER (ORDER BY now_usd DESC, {column}) AS place
  FROM spend
)
SELECT
  {column},
  {q.number("now_usd")} AS cost_usd,
  {q.ratio("now_usd", "all_usd")} AS cost_share,
  {periods.change(q, "now_usd", "earlier_usd")} AS cost_change
FROM ranked
WHERE place <= 10
ORDER BY place"""


def unattributed(q: Dialect) -> str:
    """One row: cost that no customer could be found for, and its share."""
    nobody = "SUM(CASE WHEN customer_id = 'unattributed' THEN cost_usd ELSE 0 END)"
    return f"""SELECT
  {q.number(nobody)} AS cost_usd,
  {q.ratio(nobody, "SUM(cost_usd)")} AS unattributed_share
FROM {q.mart("daily_costs")}
WHERE {q.in_range(q.name("date"))}
  AND {q.chosen("cloud_provider", "model")}"""


def budget_use(q: Dialect) -> str:
    """Budget used so far and by the month's end, of the newest month.

    The whole company's, or that of the chosen customers. Cost without a budget is left
    out, since it would count against the budget of others.
    """
    budgets = q.mart("budget_status")
    spent = "SUM(CASE WHEN monthly_budget_usd > 0 THEN cost_usd END)"
    forecast = "SUM(CASE WHEN monthly_budget_usd > 0 THEN forecast_month_end_usd END)"
    picked = q.value("customer_id")
    return f"""SELECT
  {q.ratio(spent, "SUM(monthly_budget_usd)")} AS spent_share,
  {q.ratio(forecast, "SUM(monthly_budget_usd)")} AS forecast_share
FROM {budgets}
WHERE {periods.newest_month(q, "budget_status")}
  AND (
    (budget_scope = 'total' AND {q.everything("customer_id")})
    OR (budget_scope = 'customer' AND customer_id IN ({picked}))
  )"""


def month_end_forecast(q: Dialect) -> str:
    """Cost that the newest month is heading for.

    Of the chosen clouds; of the chosen customers instead where some are chosen. What is
    billed so far where no day of the month is left to forecast.
    """
    month, day = q.name("month"), q.name("date")
    forecast = q.mart("cost_forecast")
    picked = q.value("customer_id")
    of_clouds = (
        f"f.budget_scope = 'provider' AND {q.everything('customer_id')} "
        f"AND {q.chosen('cloud_provider', of='f')}"
    )
    of_customers = f"f.budget_scope = 'customer' AND f.customer_id IN ({picked})"
    # A customer's forecast is of all clouds that the warehouse holds.
    scopes = of_clouds if q.is_shared else f"({of_clouds})\n    OR ({of_customers})"
    value = q.number("COALESCE(a.forecast_usd, s.cost_usd)")
    if q.is_shared:
        value = f"CASE WHEN {q.everything('customer_id')} THEN {value} END"
    return f"""WITH {periods.newest(q)},
spent AS (
  SELECT SUM(c.cost_usd) AS cost_usd
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN newest AS n
  WHERE c.{day} >= {q.month("n.last_day")}
  AND {periods.recent(q, f"c.{day}")}
  AND {q.chosen("cloud_provider", "customer_id", of="c")}
),
month_ends AS (
  SELECT {month}, MAX({day}) AS month_end
  FROM {forecast}
  GROUP BY {month}
),
ahead AS (
  SELECT SUM(f.month_forecast_usd) AS forecast_usd
  FROM {forecast} AS f
  INNER JOIN month_ends AS e ON e.month_end = f.{day}
  INNER JOIN newest AS n ON {q.month("n.last_day")} = f.{month}
  WHERE {scopes}
)
SELECT {value} AS forecast_usd
FROM spent AS s
CROSS JOIN ahead AS a"""


def data_age(q: Dialect) -> str:
    """Days by which the slowest cloud's bills lag behind the end of the time picker."""
    behind = q.days_between("MIN(newest_day)", q.last_day)
    return f"""SELECT
  CASE WHEN {behind} > 0 THEN {q.number(behind)} ELSE {q.number("0")} END AS days_behind
FROM (
  SELECT cloud_provider, MAX(last_usage_date) AS newest_day
  FROM {q.mart("data_freshness")}
  WHERE {q.chosen("cloud_provider")}
  GROUP BY cloud_provider
) AS clouds"""
