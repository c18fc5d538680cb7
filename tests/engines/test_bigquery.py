"""Everything on BigQuery's REST interface with GoogleSQL inside.

GoogleSQL's evaluator is exact and slow, so these are fewer days than on the other
engines. What the engine cannot show yet, its README lists: `model_switch_savings`, the
models' unit tests as a whole, and `dbt docs generate`.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from engine_builds import Built, build
from engine_checks import (
    MARTS,
    check_mart,
    test_a_period_that_is_loaded_is_not_loaded_again,
    test_the_daily_job_passes_with_all_its_tests,
    test_the_second_build_reads_only_the_new_loads,
)
from engines import ENGINES, REFERENCE, Engine

from sample_bills import write_bills

ENGINE = "bq"
BILLS = {"days": 22, "end": date(2026, 11, 20), "seed": 1, "rows_per_day": 1}
SHOWN = [mart for mart in MARTS if mart != "model_switch_savings"]
__all__ = [
    "test_a_period_that_is_loaded_is_not_loaded_again",
    "test_the_daily_job_passes_with_all_its_tests",
    "test_the_second_build_reads_only_the_new_loads",
]
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


@pytest.mark.parametrize("mart", SHOWN)
def test_a_mart_is_the_same_as_on_duckdb(
    mart: str, built: Built, reference: Engine
) -> None:
    """Harm: a team moves to BigQuery and its numbers change."""
    check_mart(mart, built, reference)


def test_marts_are_partitioned_and_clustered(built: Built) -> None:
    """Harm: a panel over one day reads, and bills, the whole history."""
    sql = (built.folder / "target" / "run").rglob("daily_costs.sql")
    text = next(iter(sql)).read_text(encoding="utf-8").lower()
    assert "partition by date" in text
    assert "cluster by cloud_provider, customer_id, model" in text
