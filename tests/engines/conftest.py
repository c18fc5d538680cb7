"""Engines that the tests start themselves; `make test-engines` runs these tests.

A missing engine is a failure that says what to install, never a skip: without the
engine nothing is known about the warehouse. Everything is built once on each engine:
its tests are one file, which goes to one worker.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dashboard_queries import all_queries
from engine_builds import Built, build, build_at_once, make_bills
from engines import ENGINES, REFERENCE, Engine
from postgres_server import PostgresServer

if TYPE_CHECKING:
    from dashboard_checks import Asked

# No SQL Server can be started here; see docs/warehouses/sqlserver.md.
collect_ignore = [] if "LLM_COSTS_TEST_MSSQL" in os.environ else ["test_sqlserver.py"]
# Before the first file of tests imports it, for its assertions to be explained.
pytest.register_assert_rewrite("engine_checks", "dashboard_checks")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make every query of an engine's dashboards a case of its own."""
    if "dashboard_query" in metafunc.fixturenames:
        queries = all_queries(metafunc.module.ENGINE)
        metafunc.parametrize("dashboard_query", queries, ids=str)


MakeOnce = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this worker's own; make databases in it."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> str:
    """Name of an empty database."""
    return postgres_server.new_database()


@pytest.fixture(scope="session")
def engine_bills(make_once: MakeOnce) -> Path:
    """Sample bills of three clouds, 40 days with few lines."""
    return make_once("engine_bills", make_bills)


@pytest.fixture(scope="module")
def built(
    request: pytest.FixtureRequest,
    engine_bills: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Built]:
    """The engine that the file of tests names, with all marts built."""
    name = request.module.ENGINE
    folder = tmp_path_factory.mktemp(name)
    with ENGINES[name](folder) as engine:
        yield build(engine, folder, engine_bills)


@pytest.fixture(scope="session")
def reference(make_once: MakeOnce, engine_bills: Path) -> Iterator[Engine]:
    """DuckDB with the same bills, built once for all workers."""

    def fill(folder: Path) -> None:
        with ENGINES[REFERENCE](folder) as engine:
            build_at_once(engine, folder, engine_bills)

    with ENGINES[REFERENCE](make_once("engine_reference", fill)) as engine:
        yield engine


@pytest.fixture(scope="module")
def dashboard_asked(built: Built, reference: Engine) -> "Asked":
    """The engine and the reference, with what is chosen on the dashboards."""
    from dashboard_checks import asked_of  # noqa: PLC0415 - rewritten before

    return asked_of(built, reference)
