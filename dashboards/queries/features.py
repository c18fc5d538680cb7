"""What the cost is for: the product features that tags name."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

FILTERS = ("cloud_provider", "customer_id", "model")
# Cost without a feature is a row of its own, so that the rows sum to the cost.
NO_FEATURE = "no feature"


def _feature(of: str) -> str:
    return f"COALESCE({of}.feature, '{NO_FEATURE}')"


def cost_by_feature(q: Dialect) -> str:
    """One row each of the fifty greatest: cost, share, change, customers, tokens."""
    day = f"c.{q.name('date')}"
    now = f"{day} >= p.first_day"
    return f"""WITH {periods.compared(q)},
spend AS (
  SELECT
    {_feature("c")} AS feature,
    {periods.split_cost(q)},
    COUNT(
      DISTINCT CASE
        WHEN {now} AND c.customer_id <> 'unattributed' AND c.cost_usd > 0
        THEN c.customer_id
      END
    ) AS active_customers,
    SUM(
      CASE WHEN {now} AND c.usage_unit = 'tokens' THEN c.usage_amount ELSE 0 END
    ) AS tokens
  FROM {q.mart("unified_costs")} AS c
  CROSS JOIN periods AS p
  WHERE {periods.in_both(q)}
  AND {q.chosen(*FILTERS, of="c")}
  GROUP BY {_feature("c")}
),
ranked AS (
  SELECT
    feature,
    now_usd,
    earlier_usd,
    active_customers,
    tokens,
    SUM(now_usd) OVER () AS all_usd,
    ROW_NUMBER() OVER (ORDER BY now_usd DESC, feature) AS place
  FROM spend
)
SELECT
  feature,
  {q.number("now_usd")} AS cost_usd,
  {q.ratio("now_usd", "all_usd")} AS cost_share,
  {periods.change(q, "now_usd", "earlier_usd")} AS cost_change,
  {q.number("active_customers")} AS active_customers,
  {q.number("tokens")} AS tokens
FROM ranked
WHERE place <= 50 AND now_usd <> 0
ORDER BY place"""


def daily_cost_by_feature(q: Dialect) -> str:
    """One row per day and feature, the eight greatest by name."""
    day = q.name("date")
    costs = q.mart("unified_costs")
    return f"""WITH costs AS (
  SELECT
    c.{day},
    {_feature("c")} AS feature,
    c.cost_usd
  FROM {costs} AS c
  WHERE {q.in_range(f"c.{day}")}
    AND {q.chosen(*FILTERS, of="c")}
),
ranked AS (
  SELECT
    feature,
    ROW_NUMBER() OVER (
      ORDER BY
        CASE WHEN feature = '{NO_FEATURE}' THEN 1 ELSE 0 END,
        SUM(cost_usd) DESC,
        feature
    ) AS place
  FROM costs
  GROUP BY feature
),
named AS (
  SELECT
    s.{day},
    CASE
      WHEN r.place <= 8 OR s.feature = '{NO_FEATURE}' THEN s.feature
      ELSE 'other features'
    END AS series,
    s.cost_usd
  FROM costs AS s
  INNER JOIN ranked AS r ON r.feature = s.feature
)
{periods.daily_series(q)}"""
