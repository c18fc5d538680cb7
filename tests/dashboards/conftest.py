"""Marts for the dashboards' tests."""

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

import marts_sample
from dashboard_queries import Marts

if TYPE_CHECKING:
    from collections.abc import Iterator

PICKED_DAYS = 30


@pytest.fixture(scope="session")
def marts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a DuckDB file with marts: a built one, or a sample made here."""
    built = os.environ.get("LLM_COSTS_TEST_MARTS")
    if built:
        return Path(built)
    return marts_sample.write(tmp_path_factory.mktemp("marts") / "sample.duckdb")


@pytest.fixture(scope="session")
def marts(marts_file: Path) -> Iterator[Marts]:
    """Open the marts, read only, at the morning after the newest day."""
    with duckdb.connect(str(marts_file), read_only=True) as connection:
        # BigQuery's timestamps have a zone, and it is always this one.
        connection.execute("set timezone = 'UTC'")
        days = connection.execute(
            'select min("date"), max("date") from multi_cloud_costs.daily_costs'
        ).fetchone()
        assert days
        oldest, newest = days
        morning = dt.time(9, 30, tzinfo=dt.UTC)
        now = dt.datetime.combine(newest + dt.timedelta(days=1), morning)
        # Short enough for the period before it to have bills as well.
        picked = min(PICKED_DAYS, (newest - oldest).days // 2)
        yield Marts(connection, now - dt.timedelta(days=picked), now)
