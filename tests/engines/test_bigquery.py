"""Everything on BigQuery's REST interface with GoogleSQL inside.

GoogleSQL's evaluator is exact and slow, so these are fewer days than on the other
engines.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from engine_builds import Built, build
from engine_checks import *  # noqa: F403
from engines import ENGINES, REFERENCE, Engine

from sample_bills import write_bills

ENGINE = "bq"
BILLS = {"days": 22, "end": date(2026, 11, 20), "seed": 1, "rows_per_day": 1}
pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def engine_bills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sample bills of three clouds, enough days for anomalies."""
    folder = tmp_path_factory.mktemp("bq_bills")
    write_bills(folder, **BILLS)
    return folder


@pytest.fixture(scope="module")
def reference(
    engine_bills: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """DuckDB with the same bills."""
    folder = tmp_path_factory.mktemp("bq_reference")
    with ENGINES[REFERENCE](folder) as engine:
        build(engine, folder, engine_bills)
        yield engine


def test_marts_are_partitioned_and_clustered(built: Built) -> None:
    """Harm: a panel over one day reads, and bills, the whole history."""
    sql = (built.folder / "target" / "run").rglob("daily_costs.sql")
    text = next(iter(sql)).read_text(encoding="utf-8").lower()
    assert "partition by date" in text
    assert "cluster by cloud_provider, customer_id, model" in text
