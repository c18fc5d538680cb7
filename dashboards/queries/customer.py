"""Everything about one customer."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import anomalies, models

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

FILTERS = ("cloud_provider", "customer_id", "model")
# Of an even day of its budget: usage has working days and weekends.
EVEN_DAYS = 2


def daily_limit(customers: str, *otherwise: object) -> str:
    """Give the usage of a day above which an alert tells of a customer.

    Args:
        customers: Name of dim_customers in the query.
        otherwise: Limit of customers with neither a limit nor a budget.
    """
    own = f"{customers}.daily_cost_limit_usd"
    even_days = f"{customers}.monthly_budget_usd * {EVEN_DAYS} / 30"
    return f"COALESCE({', '.join(map(str, (own, even_days, *otherwise)))})"


def settings(q: Dialect) -> str:
    """One row: what the settings say of the customer, and where it is read.

    Without the limit in a part: a limit is of all clouds.
    """
    limit = "" if q.part else f"\n  {q.number(daily_limit('k'))} AS limit_usd,"
    return f"""SELECT
  customer_name,
  {q.number("monthly_budget_usd")} AS budget_usd,{limit}
  alert_email,
  time_zone,
  warehouse_home
FROM {q.mart("dim_customers")} AS k
WHERE {q.chosen("customer_id")}
ORDER BY customer_id"""


def unusual_days(q: Dialect) -> str:
    """Days in the range that were far from what the customer usually costs."""
    day = q.name("date")
    found = f"COUNT(DISTINCT CASE WHEN alert_level <> 'none' THEN {day} END)"
    return f"""SELECT {q.number(found)} AS unusual_days
FROM {q.mart("customer_anomalies")}
WHERE {q.in_range(day)}
  AND {q.chosen("customer_id")}"""


def daily_cost_by_model(q: Dialect) -> str:
    """One row per day and model, the eight greatest by name."""
    return models.daily_cost_by_model(q, "daily_costs", FILTERS)


def daily_cost_with_band(q: Dialect) -> str:
    """One row per day: usage, expected, the band, what was flagged, and the limit.

    No limit in a part: a limit is of all clouds.
    """
    one = f"customer_id IN ({q.value('customer_id')})"
    limit = f"""(
    SELECT MAX({daily_limit("k")})
    FROM {q.mart("dim_customers")} AS k
    WHERE k.{one}
  )"""
    columns = [] if q.part else [f"{q.number(limit)} AS limit_usd"]
    flagged = "alert_level <> 'none'"
    return anomalies.band(q, "customer_anomalies", flagged, one, columns=columns)


def charge_categories(q: Dialect) -> str:
    """One row: usage, purchases, taxes, credits and corrections."""

    def charged(category: str) -> str:
        only = f"CASE WHEN charge_category = '{category}' THEN cost_usd ELSE 0 END"
        return f"{q.number(f'SUM({only})')} AS {category.lower()}_usd"

    categories = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")
    sums = ",\n  ".join(charged(each) for each in categories)
    return f"""SELECT
  {sums}
FROM {q.mart("unified_costs")}
WHERE {q.in_range(q.name("date"))}
  AND {q.chosen(*FILTERS)}"""


def origins(q: Dialect) -> str:
    """Fifty dearest places that the customer's cost comes from, with the evidence."""
    keys = (
        "cloud_provider, service, sub_account_id, project, team, environment, "
        "customer_attribution"
    )
    return f"""WITH sums AS (
  SELECT
    {keys},
    SUM(cost_usd) AS cost_usd,
    ROW_NUMBER() OVER (ORDER BY SUM(cost_usd) DESC, {keys}) AS place
  FROM {q.mart("unified_costs")}
  WHERE {q.in_range(q.name("date"))}
    AND {q.chosen(*FILTERS)}
  GROUP BY {keys}
)
SELECT
  cloud_provider,
  service,
  sub_account_id,
  project,
  team,
  environment,
  customer_attribution,
  {q.number("cost_usd")} AS cost_usd
FROM sums
WHERE place <= 50
ORDER BY place"""
