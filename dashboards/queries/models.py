"""What each model costs and how much it does for it."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

FILTERS = ("cloud_provider", "model")

# Below this a price per token is noise: a few requests, rounded up by the provider.
LEAST_TOKENS = 100_000
TOKEN_COST = "SUM(CASE WHEN tokens > 0 THEN cost_usd END)"  # noqa: S105 - not a secret


NO_MODEL = "'not_applicable', 'unspecified', 'unknown'"


def totals(q: Dialect) -> str:
    """One row over all models: usage cost, tokens, price, models, share without one.

    The price counts only cost that is billed by tokens. Models are those that caused
    cost, without what is no model.
    """
    used = f"CASE WHEN cost_usd > 0 AND model NOT IN ({NO_MODEL}) THEN model END"
    unnamed = (
        "SUM(CASE WHEN model IN ('unspecified', 'unknown') THEN cost_usd ELSE 0 END)"
    )
    return f"""SELECT
  {q.number("SUM(cost_usd)")} AS cost_usd,
  {q.number("SUM(tokens)")} AS tokens,
  1000000 * {q.ratio(TOKEN_COST, "SUM(tokens)")} AS per_million_tokens_usd,
  {q.number(f"COUNT(DISTINCT {used})")} AS models_used,
  {q.ratio(unnamed, "SUM(cost_usd)")} AS unnamed_share
FROM {q.mart("model_costs")}
WHERE {q.in_range(q.name("date"))}
  AND {q.chosen(*FILTERS)}"""


def model_costs(q: Dialect) -> str:
    """One row per model: cost, tokens, price, customers.

    The price counts only cost that is billed by tokens; provisioned hours have none.
    """
    day = q.name("date")
    return f"""WITH {periods.compared(q)},
spend AS (
  SELECT
    c.model,
    MAX(c.model_vendor) AS model_vendor,
    {periods.split_cost(q, "usage_cost_usd")},
    COUNT(
      DISTINCT CASE
        WHEN c.{day} >= p.first_day AND c.customer_id <> 'unattributed'
          AND c.usage_cost_usd > 0
        THEN c.customer_id
      END
    ) AS active_customers
  FROM {q.mart("daily_costs")} AS c
  CROSS JOIN periods AS p
  WHERE {periods.in_both(q)}
  AND {q.chosen(*FILTERS, of="c")}
  GROUP BY c.model
),
prices AS (
  SELECT model, SUM(tokens) AS tokens, {TOKEN_COST} AS token_cost_usd
  FROM {q.mart("model_costs")}
  WHERE {q.in_range(day)}
    AND {q.chosen(*FILTERS)}
  GROUP BY model
)
SELECT
  s.model,
  s.model_vendor,
  {q.number("s.now_usd")} AS cost_usd,
  {periods.change(q, "s.now_usd", "s.earlier_usd")} AS cost_change,
  {q.number("p.tokens")} AS tokens,
  1000 * {q.ratio("p.token_cost_usd", "p.tokens")} AS per_1k_tokens_usd,
  {q.number("s.active_customers")} AS active_customers
FROM spend AS s
LEFT JOIN prices AS p ON p.model = s.model
WHERE s.now_usd <> 0
ORDER BY s.now_usd DESC, s.model"""


def daily_cost_by_model(
    q: Dialect, mart: str = "model_costs", filters: tuple[str, ...] = FILTERS
) -> str:
    """One row per day and model, the eight greatest by name.

    Args:
        q: The dialect.
        mart: A mart of costs per day and model; model_costs knows no customers.
        filters: Columns of it that a reader chooses by.
    """
    day = q.name("date")
    costs = q.mart(mart)
    return f"""WITH ranked AS (
  SELECT
    model,
    ROW_NUMBER() OVER (ORDER BY SUM(cost_usd) DESC, model) AS place
  FROM {costs}
  WHERE {q.in_range(day)}
    AND {q.chosen(*filters)}
  GROUP BY model
),
named AS (
  SELECT
    c.{day},
    CASE WHEN r.place <= 8 THEN c.model ELSE 'other models' END AS series,
    c.cost_usd
  FROM {costs} AS c
  INNER JOIN ranked AS r ON r.model = c.model
  WHERE {q.in_range(f"c.{day}")}
    AND {q.chosen(*filters, of="c")}
)
{periods.daily_series(q)}"""


def cost_by_token_type(q: Dialect) -> str:
    """One row for each of the ten greatest models: input, output, cache, other."""
    kinds = ("input_cost_usd", "output_cost_usd", "cache_cost_usd", "other_cost_usd")
    sums = ",\n    ".join(f"SUM({kind}) AS {kind}" for kind in kinds)
    numbers = ",\n  ".join(f"{q.number(kind)} AS {kind}" for kind in kinds)
    return f"""WITH spend AS (
  SELECT
    model,
    {sums},
    ROW_NUMBER() OVER (ORDER BY SUM(usage_cost_usd) DESC, model) AS place
  FROM {q.mart("daily_costs")}
  WHERE {q.in_range(q.name("date"))}
    AND {q.chosen(*FILTERS)}
  GROUP BY model
)
SELECT
  model,
  {numbers}
FROM spend
WHERE place <= 10
ORDER BY place"""


def price_by_model(q: Dialect) -> str:
    """Cost per million tokens of the fifteen greatest models, dearest first."""
    price = q.ratio("token_cost_usd", "used_tokens")
    # No alias is called as a column: GoogleSQL's HAVING would take it for the column.
    return f"""WITH used AS (
  SELECT
    model,
    SUM(tokens) AS used_tokens,
    {TOKEN_COST} AS token_cost_usd,
    ROW_NUMBER() OVER (ORDER BY SUM(cost_usd) DESC, model) AS place
  FROM {q.mart("model_costs")}
  WHERE {q.in_range(q.name("date"))}
    AND model NOT IN ({NO_MODEL})
    AND {q.chosen(*FILTERS)}
  GROUP BY model
  HAVING SUM(tokens) >= {LEAST_TOKENS}
)
SELECT
  model,
  1000000 * {price} AS per_million_tokens_usd
FROM used
WHERE place <= 15
ORDER BY per_million_tokens_usd DESC, model"""


def daily_price_by_token_type(q: Dialect) -> str:
    """One row per day: what a million tokens cost, all together, input and output."""
    day = q.name("date")

    def price(kind: str = "") -> str:
        only = f" AND token_type = '{kind}'" if kind else ""
        cost = f"SUM(CASE WHEN tokens > 0{only} THEN cost_usd END)"
        tokens = f"SUM(CASE WHEN tokens > 0{only} THEN tokens END)"
        return f"1000000 * {q.ratio(cost, tokens)}"

    return f"""SELECT
  {q.time(day)},
  {price()} AS blended_usd,
  {price("input")} AS input_usd,
  {price("output")} AS output_usd
FROM {q.mart("model_costs")}
WHERE {q.in_range(day)}
  AND {q.chosen(*FILTERS)}
GROUP BY {day}
ORDER BY {day}"""
