"""Warehouses that cannot be opened, for whatever reason."""

from pathlib import Path

import dbt.adapters.factory
import pytest
from typer.testing import CliRunner

from orchestrate.cli import app
from orchestrate.compare import Comparison


def reconcile(tmp_path: Path, left: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        app, ["reconcile", f"--left={left}", "--right=duckdb", f"--out={tmp_path}/out"]
    )
    return result.exit_code, " ".join(result.output.split())


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep dbt's files out of the repository, and accounts out of the test."""
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("HOME", str(tmp_path))


def test_missing_credentials_of_google_are_no_difference(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A traceback ends with 1, which says that money is different."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_PROJECT", "nowhere")

    code, text = reconcile(tmp_path, "bq")

    assert code == 2, text
    assert "none.json" in text
    assert "LLM_COSTS_BIGQUERY_*" in text
    assert not (tmp_path / "out").exists()


def test_a_driver_that_is_not_there_is_no_difference(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """So does a machine without the driver of SQL Server."""

    def register(*_: object) -> None:
        raise ImportError("libodbc.so.2: cannot open shared object file")

    monkeypatch.setattr(dbt.adapters.factory, "register_adapter", register)

    code, text = reconcile(tmp_path, "sqlserver")

    assert code == 2, text
    assert "ImportError: libodbc.so.2" in text
    assert "make setup" in text
    assert "LLM_COSTS_SQLSERVER_*" in text


def test_a_folder_that_cannot_be_written_is_no_difference(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither is a full disk."""
    (tmp_path / "out").touch()
    monkeypatch.setattr("orchestrate.reconcile.ask", lambda *_: Comparison())

    code, text = reconcile(tmp_path, "postgres")

    assert code == 2, text
    assert "out cannot be written" in text
