"""The daily job on two real warehouses, and the comparison after it."""

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import commands
import pytest
from postgres_server import PostgresServer

from sample_bills import write_bills

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]

ROOT = Path(__file__).resolve().parents[2]


def test_both_phases_run_agree_and_fail_apart(
    postgres_server: PostgresServer,
    postgres_database: str,
    tmp_path: Path,
    make_environment: Callable[[Path, Path], dict[str, str]],
) -> None:
    """The weeks of the move rest on two runs that do not touch each other."""
    write_bills(
        tmp_path / "bills", days=6, end=date(2026, 11, 3), seed=1, rows_per_day=1
    )
    environment = {
        **make_environment(tmp_path, tmp_path / "bills"),
        **postgres_server.environment(postgres_database),
        # The second warehouse of Phase 2 holds one cloud.
        "LLM_COSTS_CLOUDS_POSTGRES": "aws",
    }
    summary = tmp_path / "out" / "last_run.json"

    def command(*arguments: str) -> tuple[int, str]:
        program = Path(sys.executable).with_name("llm-costs")
        done = commands.run([program, *arguments], environment)
        return done.returncode, done.stdout + done.stderr

    run = ("run", "--targets", "duckdb,postgres", "--summary", str(summary))
    status, text = command(*run, "--side-by-side")

    assert status == 0, text
    told = json.loads(summary.read_text("utf-8"))["targets"]
    assert {name: run["status"] for name, run in told.items()} == {
        "duckdb": "success",
        "postgres": "success",
    }
    loaded = {name: len(run["units"]["loaded"]) for name, run in told.items()}
    assert loaded["duckdb"] > loaded["postgres"] > 0
    assert told["postgres"]["dbt"]["warnings"] == []

    sides = ("reconcile", "--left=duckdb", "--right=postgres")
    status, text = command(*sides, f"--out={tmp_path / 'reconciliation'}")
    assert status == 0, text
    assert "Both sides say the same." in text

    postgres_server.execute(f"drop database {postgres_database} with (force)")
    status, text = command(*run, "--skip-extract")
    assert status == 1, text
    told = json.loads(summary.read_text("utf-8"))["targets"]
    assert told["duckdb"]["status"] == "success"
    assert told["postgres"]["status"] == "failed"
    assert "dbt could not run" in told["postgres"]["failure"]["message"]
