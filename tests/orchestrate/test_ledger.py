"""The demo's guard: sample bills never mix with real ones."""

from pathlib import Path

import duckdb
import pytest

from orchestrate.ledger import refuse_foreign_loads
from orchestrate.steps import StepFailed


def _make_ledger(path: Path, *locations: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw_ops")
        connection.execute("create table raw_ops.load_ledger (location text)")
        connection.executemany(
            "insert into raw_ops.load_ledger values (?)", [[one] for one in locations]
        )
    return path


@pytest.mark.parametrize(
    "location",
    [
        "s3://billing/exports/llm-costs",
        "https://management.azure.com/subscriptions/1",
        "file:///srv/bills/aws",
        "/srv/bills/aws",
        "file://data/sample_bills_2/aws",
    ],
)
def test_real_loads_keep_the_demo_away(tmp_path: Path, location: str) -> None:
    """Sample bills among real ones would be a false figure on every dashboard."""
    warehouse = _make_ledger(
        tmp_path / "w.duckdb", "file://data/sample_bills/aws/x", location
    )

    with pytest.raises(StepFailed) as failure:
        refuse_foreign_loads(warehouse, Path("data/sample_bills"))

    assert failure.value.lines == (location,)
    assert "LLM_COSTS_DUCKDB_PATH" in failure.value.way_out


@pytest.mark.parametrize("form", ["file://{}/gcp/part 1", "{}/gcp", "file://{}/a%20b"])
def test_sample_loads_do_not(tmp_path: Path, form: str) -> None:
    """A second demo must run on the first one's warehouse."""
    bills = tmp_path / "bills"
    warehouse = _make_ledger(tmp_path / "w.duckdb", form.format(bills))

    refuse_foreign_loads(warehouse, bills)


def test_a_relative_location_is_meant_from_the_root(tmp_path: Path) -> None:
    """The settings of the repository name the bills by a relative file URL."""
    warehouse = _make_ledger(tmp_path / "w.duckdb", "file://data/sample_bills/aws/x")

    refuse_foreign_loads(warehouse, Path("data/sample_bills"))


def test_no_warehouse_and_no_ledger_are_fine(tmp_path: Path) -> None:
    """The first demo starts without either."""
    refuse_foreign_loads(tmp_path / "none.duckdb", tmp_path)
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    refuse_foreign_loads(tmp_path / "empty.duckdb", tmp_path)


def test_a_file_that_is_no_warehouse_is_named(tmp_path: Path) -> None:
    """A wrong path in a setting must not be deleted as an old demo."""
    path = tmp_path / "notes.duckdb"
    path.write_text("my notes", encoding="utf-8")

    with pytest.raises(StepFailed) as failure:
        refuse_foreign_loads(path, tmp_path)

    assert str(path) in failure.value.message
