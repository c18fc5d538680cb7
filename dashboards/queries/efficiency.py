"""What cache, batches and other models save."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

FILTERS = ("cloud_provider", "model")
PRICED = ("input", "output", "cache_read", "cache_write")


def cache_hit_share(q: Dialect) -> str:
    """Part of the tokens that models read which came from a prompt cache."""
    read = "SUM(cache_read_tokens)"
    return f"""SELECT {q.ratio(read, f"SUM(input_tokens) + {read}")} AS cache_hit_share
FROM {q.mart("daily_costs")}
WHERE {q.in_range(q.name("date"))}
  AND {q.chosen(*FILTERS)}"""


def daily_cache_hit_share(q: Dialect) -> str:
    """One row per day: the share of cached input, and what the cache cost."""
    day = q.name("date")
    read = "SUM(cache_read_tokens)"
    return f"""SELECT
  {q.time(day)},
  {q.ratio(read, f"SUM(input_tokens) + {read}")} AS cache_hit_share,
  {q.number("SUM(cache_cost_usd)")} AS cache_cost_usd
FROM {q.mart("daily_costs")}
WHERE {q.in_range(day)}
  AND {q.chosen(*FILTERS)}
GROUP BY {day}
ORDER BY {day}"""


def batch_share(q: Dialect) -> str:
    """Part of the newest month's text tokens that went through batches."""
    share = q.ratio("SUM(batch_share * tokens)", "SUM(tokens)")
    return f"""SELECT {share} AS batch_share
FROM {q.mart("model_efficiency")}
WHERE {periods.newest_month(q, "model_efficiency")}
  AND {q.chosen(*FILTERS)}"""


def efficiency_by_model(q: Dialect) -> str:
    """One row per cloud and model of the newest month: cache, batches, savings."""
    return _efficiency(q, "model_efficiency", FILTERS)


def customer_efficiency(q: Dialect) -> str:
    """The same of one customer."""
    return _efficiency(q, "customer_efficiency", (*FILTERS, "customer_id"))


def _efficiency(q: Dialect, mart: str, filters: tuple[str, ...]) -> str:
    saved = "cache_read_saving_usd - COALESCE(cache_write_extra_cost_usd, 0)"
    return f"""SELECT
  model,
  cloud_provider,
  {q.number("cost_usd")} AS cost_usd,
  {q.number("tokens")} AS tokens,
  {q.number("output_per_input_token")} AS output_per_input,
  {q.number("cache_hit_share")} AS cache_hit_share,
  {q.number(saved)} AS cache_saving_usd,
  {q.number("batch_share")} AS batch_share,
  {q.number("batch_saving_usd")} AS batch_saving_usd
FROM {q.mart(mart)}
WHERE {periods.newest_month(q, mart)}
  AND {q.chosen(*filters)}
ORDER BY cost_usd DESC, model, cloud_provider"""


def prices_by_token_type(q: Dialect) -> str:
    """One row per model: what a million tokens of each kind cost."""

    def price(kind: str) -> str:
        only = f"WHEN token_type = '{kind}' AND tokens > 0 THEN"
        per_token = q.ratio(
            f"SUM(CASE {only} cost_usd END)", f"SUM(CASE {only} tokens END)"
        )
        return f"1000000 * {per_token} AS {kind}_usd"

    prices = ",\n  ".join(price(kind) for kind in PRICED)
    return f"""SELECT
  model,
  {q.number("SUM(cost_usd)")} AS cost_usd,
  {prices}
FROM {q.mart("model_costs")}
WHERE {q.in_range(q.name("date"))}
  AND {q.chosen(*FILTERS)}
GROUP BY model
HAVING SUM(tokens) > 0
ORDER BY cost_usd DESC, model"""


def switch_savings(q: Dialect, *filters: str) -> str:
    """One row per model of the newest month: the candidate that would save most.

    Args:
        q: Data source.
        filters: Variables that it follows.
    """
    mart = q.mart("model_switch_savings")
    return f"""WITH sums AS (
  SELECT
    cloud_provider,
    model,
    candidate_cloud_provider,
    candidate_model,
    SUM(cost_usd) AS cost_usd,
    SUM(candidate_cost_usd) AS candidate_usd,
    SUM(saving_usd) AS saving_usd,
    MIN(price_source) AS price_source
  FROM {mart}
  WHERE {periods.newest_month(q, "model_switch_savings")}
    AND saving_usd IS NOT NULL
    AND {q.chosen(*filters)}
  GROUP BY cloud_provider, model, candidate_cloud_provider, candidate_model
),
ranked AS (
  SELECT
    sums.*,
    ROW_NUMBER() OVER (
      PARTITION BY cloud_provider, model
      ORDER BY saving_usd DESC, candidate_model, candidate_cloud_provider
    ) AS place
  FROM sums
  WHERE saving_usd > 0
)
SELECT
  model,
  cloud_provider,
  candidate_model,
  candidate_cloud_provider,
  {q.number("cost_usd")} AS cost_usd,
  {q.number("candidate_usd")} AS candidate_usd,
  {q.number("saving_usd")} AS saving_usd,
  {q.ratio("saving_usd", "cost_usd")} AS saving_share,
  price_source
FROM ranked
WHERE place = 1
ORDER BY saving_usd DESC, model, cloud_provider"""
