"""The daily job on a running SQL Server, or another server that speaks TDS.

Collected only where LLM_COSTS_TEST_MSSQL names one (mssql_server says how): none
is here that tests could start. What holds without one is in test_tsql.py.
"""

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from commands import checked
from loads import LOAD, ask_questions
from mssql_server import VARIABLE, rows, settings
from parity import Column, compared, differences
from parity_table import PROPERTY, parity

MARTS = "multi_cloud_costs"
DBT = str(Path(sys.executable).with_name("dbt"))
# A server in another place may take its time.
pytestmark = [pytest.mark.engine, pytest.mark.timeout(3600)]


@pytest.fixture(scope="session")
def server_builds(
    make_once: Callable[[str, Callable[[Path], None]], Path],
    make_environment: Callable[[Path, Path], dict[str, str]],
    sample_bills_dir: Path,
) -> Path:
    """A folder with what dbt said of a first and a second build on the server."""

    def fill(folder: Path) -> None:
        environment = make_environment(folder, sample_bills_dir)
        environment |= settings(os.environ[VARIABLE])
        ask_questions(folder / "chat.db", days=40, end=date(2026, 11, 20))
        for _ in range(2):
            checked([sys.executable, "-c", LOAD], environment)
        for name in ("first", "second"):
            said = checked([DBT, "build", "--target", "sqlserver"], environment)
            (folder / f"{name}.log").write_text(said, encoding="utf-8")

    return make_once("server_builds", fill)


@pytest.mark.parametrize("build", ["first", "second"])
def test_everything_is_built_and_tested(server_builds: Path, build: str) -> None:
    """A target would be called ready though models or tests fail on it."""
    said = (server_builds / f"{build}.log").read_text(encoding="utf-8")
    assert "WARN=0 ERROR=0 SKIP=0" in said


def test_marts_are_those_of_duckdb(
    server_builds: Path,
    built_warehouse: Path,
    record_property: Callable[[str, Any], None],
) -> None:
    """A figure that moves with the warehouse is one that nobody can trust."""
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        tables = connection.sql(
            "select table_name, column_name, data_type "
            "from information_schema.columns where table_schema = 'multi_cloud_costs' "
            "order by table_name, ordinal_position"
        ).fetchall()
        columns: dict[str, list[Column]] = {}
        for table, name, kind in tables:
            columns.setdefault(table, []).append(Column(name, kind))
        found = []
        for table, each in columns.items():
            chosen = compared(each)
            names = ", ".join(f'"{column.name}"' for column in chosen)
            query = f'select {names} from {MARTS}."{table}"'
            ours, theirs = connection.sql(query).fetchall(), rows(query)
            measured = parity("sqlserver", table, chosen, ours, theirs)
            record_property(PROPERTY, measured.record)
            found += differences(table, chosen, ours, theirs)
    assert len(columns) > 10
    assert found == []
