"""Runs dbt on a DuckDB file, without reading the whole project for every run.

dbt keeps what it has read in its target folder, and takes it again while nothing has
changed, the path of the warehouse included. So dbt works in the warehouse's own folder,
where each warehouse is called the same, and a copy takes along what dbt has read.
"""

import math
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from commands import run

ROOT = Path(__file__).resolve().parents[2]
DBT = str(Path(sys.executable).with_name("dbt"))
NAME = "llm_costs.duckdb"
READ = Path("target", "partial_parse.msgpack")
# What dbt tells other programs of the project takes it a second to write.
WITH_MANIFEST = {"DBT_WRITE_JSON": "true"}
# For who compares tables, or looks for what is wrong with data.
UNTESTED = ("--exclude-resource-type", "test", "unit_test")
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


def dbt(warehouse: Path, *arguments: str, project: Path = ROOT, **settings: str) -> str:
    """Run dbt on a warehouse; fail with its words when it fails."""
    done = try_dbt(warehouse, *arguments, project=project, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def try_dbt(
    warehouse: Path, *arguments: str, project: Path = ROOT, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run dbt on a warehouse; return how it ended and what it said."""
    folder = warehouse.parent
    environment = {
        **os.environ,
        "DBT_PROJECT_DIR": str(project),
        "DBT_PROFILES_DIR": str(project),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_WRITE_JSON": "false",
        "LLM_COSTS_DUCKDB_PATH": warehouse.name,
        **settings,
    }
    return run([DBT, *arguments], environment, folder)


def copy_warehouse(warehouse: Path, folder: Path) -> Path:
    """Copy a warehouse to another folder, with what dbt has read of the project."""
    take_along(warehouse.parent, folder)
    return Path(shutil.copy(warehouse, folder / NAME))


def take_along(source: Path, folder: Path) -> None:
    """Copy what dbt has read of the project."""
    (folder / READ).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / READ, folder / READ)


def are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Compare rows of statistics, which depend on the order of their sums."""
    return all(
        a == b
        or (
            isinstance(a, float | Decimal)
            and isinstance(b, float | Decimal)
            and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-8)
        )
        for a, b in zip(one, other, strict=True)
    )
