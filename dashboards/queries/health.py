"""Whether the figures can be trusted."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods

if TYPE_CHECKING:
    from dashboards.dialects import Dialect


def loads_that_differ(q: Dialect) -> str:
    """Loaded bills that are not in the marts to the cent."""
    differs = f"CASE WHEN {q.is_true('is_reconciled')} THEN 0 ELSE 1 END"
    return f"""SELECT {q.number(f"SUM({differs})")} AS loads
FROM {q.mart("load_reconciliation")}
WHERE {q.chosen("cloud_provider")}"""


def accounts_behind(q: Dialect) -> str:
    """Billing accounts whose bill is more than three days behind the newest one."""
    late = "SUM(CASE WHEN days_behind > 3 THEN 1 ELSE 0 END)"
    return f"""SELECT {q.number(late)} AS accounts
FROM {q.mart("data_freshness")}
WHERE {q.chosen("cloud_provider")}"""


def unknown_share(q: Dialect) -> str:
    """Part of the usage cost whose SKU no rule knows."""
    unknown = "SUM(CASE WHEN model = 'unknown' THEN usage_cost_usd ELSE 0 END)"
    return f"""SELECT {q.ratio(unknown, "SUM(usage_cost_usd)")} AS unknown_share
FROM {q.mart("daily_costs")}
WHERE {q.in_range(q.name("date"))}
  AND {q.chosen("cloud_provider")}"""


def attributed_share(q: Dialect) -> str:
    """Part of the newest month's usage that some evidence gives to a customer."""
    coverage = q.mart("attribution_coverage")
    given = "SUM(CASE WHEN attribution_rule <> 'none' THEN usage_cost_usd ELSE 0 END)"
    return f"""SELECT {q.ratio(given, "SUM(usage_cost_usd)")} AS attributed_share
FROM {coverage}
WHERE {periods.newest_month(q, "attribution_coverage")}
  AND {q.chosen("cloud_provider")}"""


def freshness(q: Dialect) -> str:
    """One row per cloud, loader and billing account, the slowest first."""
    return f"""SELECT
  cloud_provider,
  {q.name("source")} AS loader,
  billing_account_id,
  {q.number("days_behind")} AS days_behind,
  {q.moment("last_usage_date")} AS last_usage_day,
  {q.moment("last_complete_date")} AS last_complete_day,
  {q.moment("last_loaded_at")} AS loaded_at,
  {q.moment("first_usage_date")} AS first_usage_day,
  {q.number("units_loaded")} AS units_loaded
FROM {q.mart("data_freshness")}
WHERE {q.chosen("cloud_provider")}
ORDER BY days_behind DESC, cloud_provider, loader, billing_account_id"""


def loads(q: Dialect) -> str:
    """One row per loaded bill and currency: what differs first, then the newest."""
    order = f"CASE WHEN {q.is_true('is_reconciled')} THEN 1 ELSE 0 END"
    state = f"CASE WHEN {q.is_true('is_reconciled')} THEN 'whole' ELSE 'differs' END"
    return f"""WITH ranked AS (
  SELECT
    load_reconciliation.*,
    ROW_NUMBER() OVER (
      ORDER BY {order}, loaded_at DESC, cloud_provider, unit, currency
    ) AS place
  FROM {q.mart("load_reconciliation")} AS load_reconciliation
  WHERE {q.chosen("cloud_provider")}
)
SELECT
  cloud_provider,
  {q.name("source")} AS loader,
  unit,
  billing_period,
  {q.moment("loaded_at")} AS loaded_at,
  {q.number("landed_rows")} AS landed_rows,
  currency,
  {q.number("ledger_cost")} AS ledger_cost,
  {q.number("unified_cost")} AS unified_cost,
  {q.number("excluded_cost")} AS excluded_cost,
  {q.number("difference")} AS difference,
  {state} AS verdict
FROM ranked
WHERE place <= 200
ORDER BY place"""


def unknown_skus(q: Dialect) -> str:
    """Fifty dearest SKUs whose model no rule knows."""
    return f"""WITH sums AS (
  SELECT
    cloud_provider,
    service,
    sku,
    usage_unit,
    SUM(cost_usd) AS cost_usd,
    SUM(usage_amount) AS usage_amount,
    ROW_NUMBER() OVER (
      ORDER BY SUM(cost_usd) DESC, cloud_provider, service, sku, usage_unit
    ) AS place
  FROM {q.mart("unified_costs")}
  WHERE {q.in_range(q.name("date"))}
    AND model = 'unknown'
    AND {q.chosen("cloud_provider")}
  GROUP BY cloud_provider, service, sku, usage_unit
)
SELECT
  cloud_provider,
  service,
  sku,
  {q.number("cost_usd")} AS cost_usd,
  {q.number("usage_amount")} AS usage_amount,
  usage_unit
FROM sums
WHERE place <= 50
ORDER BY place"""


def exclusions(q: Dialect) -> str:
    """What the same invoices hold beside AI, the hundred dearest."""
    return f"""WITH sums AS (
  SELECT
    invoice_month,
    cloud_provider,
    service,
    exclusion_reason,
    SUM(cost_usd) AS cost_usd,
    SUM(line_count) AS line_count,
    ROW_NUMBER() OVER (
      ORDER BY invoice_month DESC, SUM(cost_usd) DESC, cloud_provider, service,
        exclusion_reason
    ) AS place
  FROM {q.mart("excluded_costs")}
  WHERE {q.chosen("cloud_provider")}
  GROUP BY invoice_month, cloud_provider, service, exclusion_reason
)
SELECT
  invoice_month,
  cloud_provider,
  service,
  exclusion_reason,
  {q.number("cost_usd")} AS cost_usd,
  {q.number("line_count")} AS line_count
FROM sums
WHERE place <= 100
ORDER BY place"""


def coverage(q: Dialect) -> str:
    """One row per cloud and attribution rule of the newest month."""
    mart = q.mart("attribution_coverage")
    return f"""SELECT
  cloud_provider,
  attribution_rule,
  customer_attribution,
  {q.number("usage_cost_usd")} AS usage_cost_usd,
  {q.number("usage_cost_share")} AS usage_cost_share,
  {q.number("customers")} AS customers,
  {q.moment("last_usage_date")} AS last_usage_day
FROM {mart}
WHERE {periods.newest_month(q, "attribution_coverage")}
  AND {q.chosen("cloud_provider")}
ORDER BY cloud_provider, usage_cost_usd DESC, attribution_rule"""
