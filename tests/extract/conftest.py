"""A warehouse of its own for every test, and the three bills' settings."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

# The suite is collected with importlib, which puts no folder of tests on the path.
_SPEC = importlib.util.spec_from_file_location(
    "extract_bills", Path(__file__).with_name("bills.py")
)
assert _SPEC
assert _SPEC.loader
bills = importlib.util.module_from_spec(_SPEC)
sys.modules["extract_bills"] = bills
_SPEC.loader.exec_module(bills)


@dataclass
class World:
    """Where a test's bills and warehouse are."""

    bucket: Path
    azure: Path
    gcp: Path
    focus: Path
    warehouse: Path
    environment: dict[str, str]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Query the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def current_cost(self, table: str, column: str) -> Any:
        """Add up a raw table without asking the ledger: every row has to be current."""
        ((total,),) = self.rows(
            f"select sum(cast({column} as decimal(28, 9))) from {table}"
        )
        return total

    def ledger(self) -> list[tuple[Any, ...]]:
        """Return unit, rows and cost of every ledger row, oldest first."""
        return self.rows(
            "select unit, landed_rows, filtered_rows, cost_total, currency "
            "from raw_ops.load_ledger order by loaded_at, unit"
        )


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Point every setting at folders of the test."""
    folders = {name: tmp_path / name for name in ("aws", "azure", "gcp", "focus")}
    for folder in folders.values():
        folder.mkdir()
    environment = {
        "LLM_COSTS_TARGET": "duckdb",
        "LLM_COSTS_DUCKDB_PATH": str(tmp_path / "warehouse.duckdb"),
        "DLT_DATA_DIR": str(tmp_path / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "SOURCES__AWS_CUR__BUCKET_URL": f"file://{folders['aws']}",
        "SOURCES__AZURE_COSTS__BASE_URL": f"file://{folders['azure']}",
        "SOURCES__GCP_BILLING__EXPORT_URL": f"file://{folders['gcp']}",
        "SOURCES__FOCUS_COSTS__EXPORT_URL": f"file://{folders['focus']}",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return World(
        bucket=folders["aws"],
        azure=folders["azure"],
        gcp=folders["gcp"],
        focus=folders["focus"],
        warehouse=tmp_path / "warehouse.duckdb",
        environment=environment,
    )
