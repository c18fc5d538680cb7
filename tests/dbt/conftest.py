"""What tests of the marts share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dbt_runs import ROOT


@pytest.fixture(scope="module")
def marts(built_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts of the sample company, to read."""
    connection = duckdb.connect(str(built_warehouse), read_only=True)
    connection.execute("set search_path = 'multi_cloud_costs'")
    yield connection
    connection.close()


@pytest.fixture
def own_project(tmp_path: Path) -> Path:
    """A copy of the dbt project that a test may edit."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "dbt_project", folder / "dbt_project")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / name, folder / name)
    return folder
