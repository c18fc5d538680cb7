"""Marts for the dashboards' tests: those of the sample company."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

# The helpers stand beside this file, which importlib mode does not put on the path.
sys.path.insert(0, str(Path(__file__).parent))

from dashboard_queries import Marts, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PICKED_DAYS = 30


def open_marts(connection: duckdb.DuckDBPyConnection) -> Marts:
    """Look at the marts of a connection on the morning after the newest day.

    Args:
        connection: Has the schema of the marts.
    """
    # BigQuery's timestamps have a zone, and it is always this one.
    connection.execute("set timezone = 'UTC'")

    def run(sql: str) -> Result:
        relation = connection.execute(sql)
        columns = relation.description or []
        return Result(
            columns=[each[0] for each in columns],
            types=[str(each[1]) for each in columns],
            rows=relation.fetchall(),
        )

    ((oldest, newest),) = run(
        """select min("date"), max("date") from multi_cloud_costs.daily_costs
        where usage_cost_usd > 0"""
    ).rows
    unusual = run(
        """select customer_id from multi_cloud_costs.customer_anomalies
        where is_anomaly order by "date" desc limit 1"""
    )
    morning = dt.time(9, 30, tzinfo=dt.UTC)
    now = dt.datetime.combine(newest + dt.timedelta(days=1), morning)
    # Short enough for the period before it to have bills as well.
    picked = min(PICKED_DAYS, (newest - oldest).days // 2)
    return Marts(run, now - dt.timedelta(days=picked), now, unusual.rows[0][0])


@pytest.fixture(scope="session")
def marts_file(request: pytest.FixtureRequest) -> Path:
    """Give a DuckDB file with marts: the sample company's, or the one that is named."""
    named = os.environ.get("LLM_COSTS_TEST_MARTS")
    path: Path = Path(named) if named else request.getfixturevalue("built_warehouse")
    return path


@pytest.fixture(scope="session")
def marts(marts_file: Path) -> Iterator[Marts]:
    """Open the marts, read only."""
    with duckdb.connect(str(marts_file), read_only=True) as connection:
        yield open_marts(connection)


@pytest.fixture
def changed_marts(marts_file: Path) -> Iterator[Callable[[str], Marts]]:
    """Give a function that makes a copy of the marts in memory and changes it."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts_file}' as built (read_only)")
        connection.execute("create schema multi_cloud_costs")
        tables = connection.execute(
            """select table_name from information_schema.tables
            where table_catalog = 'built' and table_schema = 'multi_cloud_costs'
                and table_name not in ('focus_costs')"""
        ).fetchall()
        for (table,) in tables:
            connection.execute(
                f"create table multi_cloud_costs.{table} as "
                f"from built.multi_cloud_costs.{table}"
            )

        def change(statements: str) -> Marts:
            connection.execute(statements)
            return open_marts(connection)

        yield change
