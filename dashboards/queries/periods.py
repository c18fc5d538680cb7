"""Periods that several queries compare."""

# ruff: noqa: S608 - what is put into the SQL is this package's own text

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboards.dialects import Dialect


# What is new may be no older than so many days before the time picker ends: the weeks
# of the heatmap, and two months. The picker may end in the future (this month, this
# quarter), and bills may be late. An engine that stores by day skips what is older.
REACH = 100
# Months reach back from the end of a year that has just begun.
MONTHS_REACH = 400
# What is stored by month, so that each month that is reached for is charged for.
STORED_BY_MONTH = ("model_switch_savings",)
# A pause of so many days in the usage is no beginning of it.
PAUSE = 35


def recent(q: Dialect, day: str, reach: int = REACH) -> str:
    """Keep the days that can count as new, by a constant.

    Args:
        q: Data source.
        day: Column of the day.
        reach: How many days before the end of the time picker they begin.
    """
    return f"{day} >= {q.add_days(q.last_day, -reach)}"


def newest(q: Dialect) -> str:
    """CTE ``newest``: the last day with cost, also after the time picker's end."""
    day = q.name("date")
    return f"""newest AS (
  SELECT MAX({day}) AS last_day
  FROM {q.mart("daily_costs")}
  {q.where(recent(q, day), q.own_clouds())}
)"""


def newest_month(q: Dialect, mart: str) -> str:
    """Keep the newest month of a mart of months.

    Args:
        q: Data source.
        mart: The mart.
    """
    month = q.name("month")
    is_charged = q.charges_for_days and mart in STORED_BY_MONTH
    newer = recent(q, month, REACH if is_charged else MONTHS_REACH)
    return (
        f"{month} = (SELECT MAX({month}) FROM {q.mart(mart)} WHERE {newer})\n"
        f"  AND {newer}"
    )


def complete(q: Dialect) -> str:
    """CTE ``complete``: the last day that all chosen clouds' bills hold whole.

    As the forecast counts it: a bill that lags by more than three days is not waited
    for. A tenant does not see the bills, but only whole days are judged.
    """
    if q.is_tenants:
        return f"""complete AS (
  SELECT MAX({q.name("date")}) AS last_day
  FROM {q.mart("customer_anomalies")}
)"""
    return f"""complete AS (
  SELECT MIN(last_complete_date) AS last_day
  FROM {q.mart("data_freshness")}
  WHERE days_behind <= 3
    AND {q.chosen("cloud_provider")}
)"""


def history(q: Dialect, within: str, name: str = "history") -> str:
    """CTE of the first day of usage; a fee that is dated back is none.

    Args:
        q: Data source.
        within: Condition that reaches back a little further than is compared, by a
            constant: how much further the usage goes does not matter.
        name: Its name.
    """
    return f"""{name} AS (
  SELECT MIN({q.name("date")}) AS oldest_day
  FROM {q.mart("daily_costs")}
  {q.where(within, "usage_cost_usd > 0", q.own_clouds())}
)"""


def compared(q: Dialect) -> str:
    """CTEs up to ``periods``: the picked days that have cost, and as many before them.

    The picker usually ends today, and today has no bill yet: compared by the picker's
    own length, every day would look cheaper than it was. The earlier period is empty
    (null) when the history does not reach back that far; a fee that is dated at the
    start of its month is no history.
    """
    day = q.name("date")
    length = f"-1 - {q.days_between('d.first_day', 'd.last_day')}"
    before = f"{day} >= {q.add_days(earlier_bound(q), -PAUSE)}"
    return f"""data_days AS (
  SELECT {q.first_day} AS first_day, MAX({day}) AS last_day
  FROM {q.mart("daily_costs")}
  {q.where(q.in_range(day), q.own_clouds())}
),
{history(q, before)},
periods AS (
  SELECT
    d.first_day,
    d.last_day,
    {q.add_days("d.first_day", length)} AS earlier_day,
    h.oldest_day
  FROM data_days AS d
  CROSS JOIN history AS h
)"""


def earlier_bound(q: Dialect) -> str:
    """Give the first day that ``periods`` can reach, as a constant.

    An engine that stores by day needs a constant to skip the days before.
    """
    length = f"-1 - {q.days_between(q.first_day, q.last_day)}"
    return q.add_days(q.first_day, length)


def split_cost(q: Dialect, cost: str = "cost_usd") -> str:
    """Sum a cost of ``daily_costs AS c`` over both periods of ``periods AS p``."""
    day = f"c.{q.name('date')}"
    return f"""SUM(CASE WHEN {day} >= p.first_day THEN c.{cost} ELSE 0 END) AS now_usd,
    SUM(
      CASE
        WHEN {day} < p.first_day AND p.oldest_day <= p.earlier_day THEN c.{cost}
      END
    ) AS earlier_usd"""


def in_both(q: Dialect) -> str:
    """Keep the days of either period."""
    day = f"c.{q.name('date')}"
    return f"""{day} BETWEEN p.earlier_day AND p.last_day
  AND {day} >= {earlier_bound(q)}"""


def change(q: Dialect, now: str, earlier: str) -> str:
    """Give the change from an earlier amount, as a share of it."""
    return f"{q.ratio(now, earlier)} - 1"


def daily_series(q: Dialect) -> str:
    """Sum the cost of CTE ``named`` by day and by its column ``series``."""
    day = q.name("date")
    return f"""SELECT
  {q.time(day)},
  series,
  {q.number("SUM(cost_usd)")} AS cost_usd
FROM named
GROUP BY {day}, series
ORDER BY {day}, series"""
