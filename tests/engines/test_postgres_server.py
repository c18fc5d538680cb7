"""The private PostgreSQL server that other tests stand on."""

import os
import re
import subprocess
from pathlib import Path

import postgres_server as module
import psycopg2
import pytest
from postgres_server import PostgresServer

pytestmark = pytest.mark.engine


def test_databases_are_apart(postgres_server: PostgresServer) -> None:
    """Harm: one test reads what another left, and passes or fails by chance."""
    first, second = postgres_server.new_database(), postgres_server.new_database()
    postgres_server.execute("create table t as select 1 as x", database=first)
    assert postgres_server.execute("select x from t", database=first) == [(1,)]
    with pytest.raises(psycopg2.errors.UndefinedTable):
        postgres_server.execute("select x from t", database=second)


def test_a_wrong_password_is_refused(postgres_server: PostgresServer) -> None:
    """Harm: tests of roles and grants pass because the server lets in everybody."""
    with pytest.raises(psycopg2.OperationalError, match="password authentication"):
        postgres_server.connect(password="wrong")


def test_nothing_is_left_behind() -> None:
    """Harm: servers and clusters pile up until the machine is full."""
    with PostgresServer() as server:
        folder, process = server._folder, server._process
        assert process
        assert folder.is_dir()
    assert process.returncode is not None
    assert not folder.exists()


def test_a_missing_server_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Harm: a machine without PostgreSQL skips the tests, and nobody notices."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(module, "FOLDERS", ("nowhere/*/bin",))
    with pytest.raises(AssertionError, match="apt-get install postgresql"):
        PostgresServer()


def test_the_engines_are_part_of_what_has_to_hold() -> None:
    """Harm: the engines' tests exist but nothing runs them before a merge."""
    assert "\nmake test-all" in Path(".ci/run").read_text(encoding="utf-8")
    all_tests, engines = (
        subprocess.run(
            ["make", "--dry-run", goal],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ,
        ).stdout
        for goal in ("test-all", "test-engines")
    )
    assert "bin/pytest" in all_tests
    # All that is collected from tests/, and nothing left out.
    assert not re.search(r"--ignore|--deselect| -[km] ", all_tests)
    assert "tests/engines" in engines
