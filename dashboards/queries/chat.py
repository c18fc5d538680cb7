"""How the chat is used; of all clouds, whichever are chosen."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import theme

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

ANSWERED = "SUM(CASE WHEN outcome = 'answered' THEN questions ELSE 0 END)"


def totals(q: Dialect) -> str:
    """One row, or none: questions, parts of them, and tokens of the language model."""
    rated = "SUM(thumbs_up + thumbs_down)"
    return f"""SELECT
  {q.number("SUM(questions)")} AS questions,
  {q.ratio(ANSWERED, "SUM(questions)")} AS answered_share,
  {q.ratio("SUM(thumbs_up)", rated)} AS liked_share,
  {q.number("SUM(input_tokens + output_tokens)")} AS tokens
FROM {q.mart("chat_usage")}
WHERE {q.in_range(q.name("date"))}
HAVING COUNT(*) > 0"""


def outcomes(q: Dialect) -> str:
    """One row per day with the questions of each outcome."""
    day = q.name("date")
    sums = [
        q.number(f"SUM(CASE WHEN outcome = '{name}' THEN questions ELSE 0 END)")
        + f" AS {name}"
        for name in theme.OUTCOMES
    ]
    columns = ",\n  ".join([q.time(day), *sums])
    return f"""SELECT
  {columns}
FROM {q.mart("chat_usage")}
WHERE {q.in_range(day)}
GROUP BY {day}
ORDER BY {day}"""


def answer_times(q: Dialect) -> str:
    """One row per day with the times that half, and nearly all, of its answers kept."""
    day = q.name("date")

    def kept_by(percent: int) -> str:
        is_kept = f"so_far * 100 >= questions * {percent}"
        return q.number(f"MIN(CASE WHEN {is_kept} THEN milliseconds_up_to END)")

    return f"""WITH sums AS (
  SELECT {day} AS asked_on, milliseconds_up_to, SUM(questions) AS questions
  FROM {q.mart("chat_usage")}
  WHERE {q.in_range(day)}
  GROUP BY {day}, milliseconds_up_to
),
ranked AS (
  SELECT
    asked_on,
    milliseconds_up_to,
    SUM(questions) OVER (
      PARTITION BY asked_on ORDER BY milliseconds_up_to
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS so_far,
    SUM(questions) OVER (PARTITION BY asked_on) AS questions
  FROM sums
)
SELECT
  {q.time("asked_on")},
  {kept_by(50)} AS half,
  {kept_by(95)} AS nearly_all
FROM ranked
GROUP BY asked_on
ORDER BY asked_on"""


def askers(q: Dialect) -> str:
    """One row per customer, or kind of people of the company, and role."""
    day = q.name("date")
    return f"""WITH sums AS (
  SELECT
    COALESCE(customer_id, audience) AS sees,
    asker_role,
    SUM(questions) AS questions,
    {ANSWERED} AS answered,
    SUM(thumbs_up) AS thumbs_up,
    SUM(thumbs_down) AS thumbs_down,
    MAX({day}) AS last_day
  FROM {q.mart("chat_usage")}
  WHERE {q.in_range(day)}
  GROUP BY COALESCE(customer_id, audience), asker_role
),
ranked AS (
  SELECT
    sums.*,
    ROW_NUMBER() OVER (ORDER BY questions DESC, sees, asker_role) AS place
  FROM sums
)
SELECT
  sees,
  asker_role,
  {q.number("questions")} AS questions,
  {q.ratio("answered", "questions")} AS answered_share,
  {q.number("thumbs_up")} AS thumbs_up,
  {q.number("thumbs_down")} AS thumbs_down,
  {q.moment("last_day")} AS last_asked
FROM ranked
WHERE place <= 50
ORDER BY place"""


def language_models(q: Dialect) -> str:
    """One row per language model that the chat has asked, the most used first."""
    return f"""WITH sums AS (
  SELECT
    language_model,
    SUM(questions) AS questions,
    SUM(model_requests) AS model_requests,
    SUM(input_tokens) AS input_tokens,
    SUM(cache_read_tokens) AS cache_read_tokens,
    SUM(output_tokens) AS output_tokens
  FROM {q.mart("chat_usage")}
  WHERE {q.in_range(q.name("date"))}
    AND language_model IS NOT NULL
  GROUP BY language_model
)
SELECT
  language_model,
  {q.number("questions")} AS questions,
  {q.number("model_requests")} AS model_requests,
  {q.number("input_tokens")} AS input_tokens,
  {q.ratio("cache_read_tokens", "input_tokens")} AS cached_share,
  {q.number("output_tokens")} AS output_tokens,
  {q.ratio("input_tokens + output_tokens", "questions")} AS tokens_per_question
FROM sums
ORDER BY questions DESC, language_model"""
