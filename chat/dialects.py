"""Where the warehouses differ in what is compiled: names, parameters and days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MARTS = "multi_cloud_costs"
MONDAY = "2001-01-01"


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """A warehouse's way of writing.

    Attributes:
        target: The dbt target.
        sqlglot: sqlglot's name of the dialect.
        mark: How the driver marks the n-th parameter, counted from 1.
        week: First day of a day's week, a Monday, of an SQL expression.
        month: First day of a day's month.
        weekday: Number of a day's weekday, 0 for Monday.
        escapes_percent: Whether the driver wants a percent sign doubled.
    """

    target: str
    sqlglot: str
    mark: Callable[[int], str]
    week: str
    month: str
    weekday: str
    escapes_percent: bool = False

    def part_of_time(self, name: str) -> str:
        """Give the expression of a part of a day, with {0} for the day."""
        return {"week": self.week, "month": self.month, "weekday": self.weekday}[name]


_WEEK = "cast(date_trunc('week', {0}) as date)"
_MONTH = "cast(date_trunc('month', {0}) as date)"
DIALECTS = {
    dialect.target: dialect
    for dialect in (
        Dialect(
            target="duckdb",
            sqlglot="duckdb",
            mark=lambda n: f"${n}",
            weekday="isodow({0}) - 1",
            week=_WEEK,
            month=_MONTH,
        ),
        Dialect(
            target="postgres",
            sqlglot="postgres",
            mark=lambda _: "%s",
            escapes_percent=True,
            weekday="cast(extract(isodow from {0}) as integer) - 1",
            week=_WEEK,
            month=_MONTH,
        ),
        Dialect(
            target="redshift",
            sqlglot="redshift",
            mark=lambda _: "%s",
            escapes_percent=True,
            weekday=f"mod(datediff(day, cast('{MONDAY}' as date), {{0}}), 7)",
            week=_WEEK,
            month=_MONTH,
        ),
        Dialect(
            target="bq",
            sqlglot="bigquery",
            mark=lambda n: f"@p{n}",
            week="date_trunc({0}, isoweek)",
            month="date_trunc({0}, month)",
            weekday=f"mod(date_diff({{0}}, date '{MONDAY}', day), 7)",
        ),
        Dialect(
            target="sqlserver",
            sqlglot="tsql",
            mark=lambda _: "?",
            week=(
                f"dateadd(day, -(datediff(day, '{MONDAY}', {{0}}) % 7), "
                "cast({0} as date))"
            ),
            month="datefromparts(year({0}), month({0}), 1)",
            weekday=f"datediff(day, '{MONDAY}', {{0}}) % 7",
        ),
    )
}
