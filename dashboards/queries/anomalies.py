"""What was not normal."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.queries import periods

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashboards.dialects import Dialect

FLAGGED = "severity IN ('warning', 'critical')"
MEAN = "previous_7_day_mean_usd"


def anomalous_days(q: Dialect) -> str:
    """Days on which some series of the chosen clouds was not normal."""
    day = q.name("date")
    flagged = f"COUNT(DISTINCT CASE WHEN {FLAGGED} THEN {day} END)"
    return f"""SELECT {q.number(flagged)} AS anomalous_days
FROM {q.mart("cost_anomalies")}
WHERE {q.in_range(day)}
  AND {q.chosen("cloud_provider")}"""


def unusual_services(q: Dialect) -> str:
    """One row: flagged days of services by severity, and what they cost unexpectedly.

    Only services are counted: a spike also shows in its model, its cloud and the total,
    which are the same money.
    """

    def flagged(severity: str) -> str:
        found = f"SUM(CASE WHEN severity = '{severity}' THEN 1 ELSE 0 END)"
        return f"{q.number(found)} AS {severity}_days"

    extra = (
        f"SUM(CASE WHEN {FLAGGED} AND cost_usd > expected_cost_usd "
        "THEN cost_usd - expected_cost_usd ELSE 0 END)"
    )
    return f"""SELECT
  {flagged("critical")},
  {flagged("warning")},
  {q.number(extra)} AS unexpected_usd
FROM {q.mart("cost_anomalies")}
WHERE {q.in_range(q.name("date"))}
  AND scope_type = 'service'
  AND {q.chosen("cloud_provider")}"""


def unusual_customer_count(q: Dialect) -> str:
    """Customers with at least one flagged day."""
    found = "COUNT(DISTINCT CASE WHEN alert_level <> 'none' THEN customer_id END)"
    return f"""SELECT {q.number(found)} AS customers
FROM {q.mart("customer_anomalies")}
WHERE {q.in_range(q.name("date"))}
  AND {q.chosen("customer_id")}"""


def marked_days(q: Dialect) -> str:
    """One row per critical anomaly of a service, as an annotation."""
    day = q.name("date")
    return f"""SELECT
  {q.time(day)},
  scope_key AS {q.name("text")},
  status AS {q.name("tags")}
FROM {q.mart("cost_anomalies")}
{
        q.where(
            q.in_range(day),
            "scope_type = 'service'",
            "severity = 'critical'",
            q.own_clouds(),
        )
    }
ORDER BY {day}, scope_key"""


def causes(q: Dialect) -> str:
    """One row per cause of the services' flagged days, the greatest change first."""
    day = q.name("date")
    change = "SUM(ABS(top_contributor_change_usd))"
    return f"""WITH named AS (
  SELECT
    top_contributor_type,
    top_contributor,
    COUNT(DISTINCT {day}) AS days,
    SUM(top_contributor_change_usd) AS change_usd,
    ROW_NUMBER() OVER (
      ORDER BY {change} DESC, top_contributor_type, top_contributor
    ) AS place
  FROM {q.mart("cost_anomalies")}
  WHERE {q.in_range(day)}
    AND scope_type = 'service'
    AND {FLAGGED}
    AND top_contributor IS NOT NULL
    AND {q.chosen("cloud_provider")}
  GROUP BY top_contributor_type, top_contributor
)
SELECT
  top_contributor_type,
  top_contributor,
  {q.number("days")} AS days,
  {q.number("change_usd")} AS change_usd
FROM named
WHERE place <= 15
ORDER BY place"""


def daily_cost_with_band(q: Dialect) -> str:
    """One row per day of the watched series: cost, mean, band, expected, flagged."""
    watched = f"scope_key IN ({q.value('scope_key')})"
    return band(q, "cost_anomalies", FLAGGED, watched, q.own_clouds())


def band(
    q: Dialect, mart: str, flagged: str, *conditions: str, columns: Iterable[str] = ()
) -> str:
    """One row per day of one series: cost, mean, band, expected, and what was flagged.

    Args:
        q: Data source.
        mart: Mart of judged days.
        flagged: Condition of a flagged day.
        conditions: Which series.
        columns: What is drawn beside them.
    """
    day = q.name("date")
    more = "".join(f",\n  {column}" for column in columns)
    # A band below zero would draw the axis there, where no cost ever is.
    lower = "CASE WHEN lower_band_usd < 0 THEN 0 ELSE lower_band_usd END"
    return f"""SELECT
  {q.time(day)},
  {q.number("cost_usd")} AS cost_usd,
  {q.number(MEAN)} AS mean_usd,
  {q.number(lower)} AS lower_usd,
  {q.number("upper_band_usd")} AS upper_usd,
  {q.number("expected_cost_usd")} AS expected_usd,
  {q.number(f"CASE WHEN {flagged} THEN cost_usd END")} AS flagged_usd{more}
FROM {q.mart(mart)}
{q.where(q.in_range(day), *conditions)}
ORDER BY {day}"""


def unusual_customers(q: Dialect) -> str:
    """One row per flagged customer and day, newest first."""
    day = q.name("date")
    return f"""SELECT
  {q.moment(day)} AS usage_day,
  {q.last_second(day)} AS day_end,
  customer_id,
  {q.number("cost_usd")} AS cost_usd,
  {q.number("expected_cost_usd")} AS expected_usd,
  {periods.change(q, "cost_usd", "expected_cost_usd")} AS cost_change,
  alert_level,
  top_contributor
FROM {q.mart("customer_anomalies")}
WHERE {q.in_range(day)}
  AND alert_level <> 'none'
  AND {q.chosen("customer_id")}
ORDER BY {day} DESC, cost_usd DESC, customer_id"""


def anomaly_list(q: Dialect) -> str:
    """One row per flagged series and day, newest first."""
    day = q.name("date")
    return f"""SELECT
  {q.moment(day)} AS usage_day,
  {q.last_second(day)} AS day_end,
  scope_type,
  scope_key,
  {q.number("cost_usd")} AS cost_usd,
  {q.number("expected_cost_usd")} AS expected_usd,
  {q.number("cost_usd - expected_cost_usd")} AS difference_usd,
  {periods.change(q, "cost_usd", "expected_cost_usd")} AS cost_change,
  status,
  severity,
  top_contributor_type,
  top_contributor,
  {q.number("top_contributor_change_usd")} AS top_contributor_usd
FROM {q.mart("cost_anomalies")}
WHERE {q.in_range(day)}
  AND {FLAGGED}
  AND {q.chosen("cloud_provider")}
ORDER BY {day} DESC, cost_usd DESC, scope_type, scope_key"""
