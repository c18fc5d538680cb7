"""What all tests share: a clean environment, sample bills and a built warehouse.

Bills and warehouse are made once per session, by whichever worker asks first; the
others wait and use the same. Both are read-only for tests: copy the file to change it.
"""

import fcntl
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import commands
import parity_table
import pytest
from dbt_runs import NAME, UNTESTED, WITH_MANIFEST, copy_warehouse, dbt
from loads import LOAD, ask_questions

from orchestrate.bills import source_settings
from sample_bills import write_bills

ROOT = Path(__file__).resolve().parent.parent
# The suite is collected with importlib, which puts no folder of tests on the path.
_SPEC = importlib.util.spec_from_file_location(
    "focus_bills", ROOT / "tests" / "focus_bills.py"
)
assert _SPEC
assert _SPEC.loader
sys.modules["focus_bills"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(sys.modules["focus_bills"])
# Two months are touched and the anomaly models have enough history.
SAMPLE_DAYS = 40
SAMPLE_END = date(2026, 11, 20)
SAMPLE_SEED = 1
# A developer's own settings must never reach a test: it could write to his warehouse.
OWN_SETTINGS = ("LLM_COSTS_", "SOURCES__", "DESTINATION__", "DBT_", "AWS_", "AZURE_")
OWN_SETTINGS += ("ANTHROPIC_", "OPENAI_", "GOOGLE_API_", "GEMINI_")
# Fixtures that load bills and build marts.
BUILDING = {"built_warehouse", "make_environment", "job_environment", "marts_file"}
KEPT = "LLM_COSTS_TEST_"
# Files that take a minute or more. Begun last, one would keep one worker busy while the
# others have nothing left to do.
LONGEST_FIRST = (
    "test_bigquery",
    "test_tsql",
    "test_redshift",
    "test_postgres",
    "test_incremental",
    "test_clouds",
    "test_billing_export",
    "test_focus_input",
    "test_demo",
    "test_build",
    "test_tenants",
    "test_tenant_readers",
    "test_dual_run",
    "test_faults",
    "test_redteam",
    "test_browser",
    "test_focus_costs",
)


def pytest_configure(config: pytest.Config) -> None:
    """Forget the developer's settings, for this process and those it starts."""
    config.addinivalue_line("markers", "warehouse: builds a warehouse; set by itself")
    config.pluginmanager.register(parity_table, "parity_table")
    for name in list(os.environ):
        if name.startswith(OWN_SETTINGS) and not name.startswith(KEPT):
            del os.environ[name]
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long, for `make test-fast` to leave out, and begin with it."""
    for item in items:
        if BUILDING & set(getattr(item, "fixturenames", ())):
            item.add_marker("warehouse")
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    name = item.path.stem
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)


@pytest.fixture(autouse=True)
def from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test from the repository's root, as people do."""
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="session")
def make_once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], None]], Path]:
    """Give a function that makes a folder once for all workers of the session."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                folder.mkdir()
                # Written first, so that a failure is told to the other workers at
                # once instead of being made again by each.
                done.write_text("failed", encoding="utf-8")
                fill(folder)
                done.write_text("complete", encoding="utf-8")
        if done.read_text(encoding="utf-8") != "complete":
            pytest.fail(f"{name} could not be made; another test shows why.")
        return folder

    return make


@pytest.fixture(scope="session")
def sample_bills_dir(
    make_once: Callable[[str, Callable[[Path], None]], Path],
) -> Path:
    """Sample bills of three clouds, 40 days to 2026-11-20."""
    return make_once(
        "sample_bills",
        lambda folder: write_bills(
            folder, days=SAMPLE_DAYS, end=SAMPLE_END, seed=SAMPLE_SEED
        ),
    )


@pytest.fixture(scope="session")
def aws_bills(make_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Six days of the sample company's AWS bill over the end of a month."""
    folder = make_once(
        "aws_bills",
        lambda folder: write_bills(
            folder, days=6, end=date(2026, 11, 3), seed=5, clouds=["aws"]
        ),
    )
    return folder / "aws" / "sample-company-billing"


@pytest.fixture(scope="session")
def built_warehouse(
    sample_bills_dir: Path,
    make_once: Callable[[str, Callable[[Path], None]], Path],
) -> Path:
    """DuckDB file with sample bills and questions loaded, and all of `dbt build`.

    Without dbt's tests, for which every worker would wait: tests/dbt/test_build.py runs
    them on it.
    """

    def fill(folder: Path) -> None:
        environment = isolated_environment(folder, sample_bills_dir)
        ask_questions(folder / "chat.db", days=SAMPLE_DAYS, end=SAMPLE_END)
        commands.checked([sys.executable, "-c", LOAD], environment)
        dbt(folder / NAME, "--quiet", "build", *UNTESTED, **WITH_MANIFEST)

    return make_once("built_warehouse", fill) / NAME


@pytest.fixture(scope="session")
def make_environment() -> Callable[[Path, Path], dict[str, str]]:
    """Give the function that makes an environment out of a folder and bills."""
    return isolated_environment


@pytest.fixture
def job_environment(tmp_path: Path, sample_bills_dir: Path) -> dict[str, str]:
    """Environment of a command that works in a folder of its own."""
    return isolated_environment(tmp_path, sample_bills_dir)


@pytest.fixture
def warehouse_copy(built_warehouse: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the built warehouse that a test may write to."""
    copy = copy_warehouse(built_warehouse, tmp_path)
    yield copy
    copy.unlink(missing_ok=True)


def isolated_environment(folder: Path, bills: Path) -> dict[str, str]:
    """Give an environment in which everything is read from and written to folders."""
    return {
        **os.environ,
        **source_settings(bills),
        "LLM_COSTS_TARGET": "duckdb",
        "LLM_COSTS_DUCKDB_PATH": str(folder / NAME),
        "LLM_COSTS_SERVING_PATH": str(folder / "serving" / "llm_costs.duckdb"),
        "LLM_COSTS_CHAT_STORE_URL": f"sqlite:///{folder}/chat.db",
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DLT_DATA_DIR": str(folder / "dlt"),
    }
