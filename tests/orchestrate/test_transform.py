"""Building: dbt's failures are told by name, and its file is let go."""

from pathlib import Path

import duckdb
import pytest

from orchestrate.settings import Settings
from orchestrate.steps import StepFailed
from orchestrate.transform import BuildReport, build_marts

PROJECT = """
name: toy
version: "1.0.0"
profile: toy
model-paths: [models]
flags: {send_anonymous_usage_stats: false}
"""
PROFILE = """
toy:
  target: duckdb
  outputs:
    duckdb: {{type: duckdb, path: "{path}", schema: multi_cloud_costs, threads: 1}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A dbt project of one model, in a folder of its own."""
    warehouse = tmp_path / "w.duckdb"
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "profiles.yml").write_text(
        PROFILE.format(path=warehouse), encoding="utf-8"
    )
    (tmp_path / "models" / "costs.sql").write_text("select 1 as id", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return Settings(
        target="duckdb",
        warehouse=warehouse,
        serving=tmp_path / "s.duckdb",
        logs=tmp_path / "logs",
    )


def _build(project: Settings, into: BuildReport) -> list[str]:
    doing: list[str] = []
    build_marts(project, full_refresh=False, into=into, report=doing.append)
    return doing


def test_counts_what_dbt_did_and_shows_how_far_it_is(
    project: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    """Pages of noise from dbt on the screen hide the one line that matters."""
    into = BuildReport()

    doing = _build(project, into)

    assert into.statuses == {"success": 1}
    assert into.describe() == "0 seeds, 1 models, 0 tests"
    assert doing[-1] == "1 of 1: costs"
    assert capfd.readouterr() == ("", "")
    assert "costs" in (project.logs / "dbt.log").read_text(encoding="utf-8")


def test_lets_go_of_the_warehouse(project: Settings) -> None:
    """While dbt keeps its file open, the marts cannot be copied out of it."""
    _build(project, BuildReport())

    with duckdb.connect() as connection:
        connection.execute(f"attach '{project.warehouse}' as built (read_only)")


def test_a_failing_model_is_told_by_name_path_and_message(project: Settings) -> None:
    """Without a name the reader has to search a thousand lines of log."""
    models = project.warehouse.parent / "models"
    (models / "broken.sql").write_text("select nope from {{ ref('costs') }}", "utf-8")
    (models / "child.sql").write_text("select * from {{ ref('broken') }}", "utf-8")
    into = BuildReport()

    with pytest.raises(StepFailed) as failure:
        _build(project, into)

    assert failure.value.message == "dbt build: 1 failed, 1 skipped because of that."
    assert len(failure.value.lines) == 1
    assert failure.value.lines[0].startswith("model broken (models/broken.sql): ")
    assert "nope" in failure.value.lines[0]
    assert "--skip-extract" in failure.value.way_out
    assert into.failures[0]["name"] == "broken"


def test_a_failing_test_is_told_by_name(project: Settings) -> None:
    """A broken promise about the data must stop the publish and say which one."""
    (project.warehouse.parent / "models" / "costs.yml").write_text(
        "models: [{name: costs, columns: [{name: id, data_tests: "
        "[{accepted_values: {arguments: {values: [2]}}}]}]}]",
        encoding="utf-8",
    )

    with pytest.raises(StepFailed) as failure:
        _build(project, BuildReport())

    assert "test accepted_values_costs_id__2" in failure.value.lines[0]


def test_a_project_that_dbt_cannot_read_is_told(project: Settings) -> None:
    """An error before the first model must not pass for a build of nothing."""
    (project.warehouse.parent / "models" / "lost.sql").write_text(
        "select * from {{ ref('nowhere') }}", encoding="utf-8"
    )

    with pytest.raises(StepFailed) as failure:
        _build(project, BuildReport())

    assert "nowhere" in failure.value.message
    assert "dbt debug" in failure.value.way_out
