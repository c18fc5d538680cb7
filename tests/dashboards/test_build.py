"""The committed files are what the code makes, for every data source."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from dashboards import build, phase_2
from dashboards.dialects import DIALECTS, dialect_for
from dashboards.layout import Row, Slot, place
from dashboards.registry import DASHBOARDS

PACKAGE = Path(build.__file__).parent


@pytest.mark.parametrize("target", [*DIALECTS, phase_2.FOLDER])
def test_the_committed_files_are_up_to_date(target: str) -> None:
    """Grafana would show what the code said last month."""
    assert build.stale(target) == []


def test_only_the_known_targets_have_files() -> None:
    """A folder that nothing writes any more is never brought up to date."""
    folders = {each.name for each in build.GENERATED.iterdir()}

    assert folders == {*DIALECTS, phase_2.FOLDER}


def test_a_build_writes_every_dashboard_and_removes_old_ones(tmp_path: Path) -> None:
    """A dashboard that was dropped would stay in Grafana for good."""
    left_over = tmp_path / "duckdb" / "old.json"
    left_over.parent.mkdir()
    left_over.write_text("{}")

    written = build.build("duckdb", tmp_path)

    boards = [each for each in written if each.suffix == ".json"]
    assert [each.stem for each in boards] == [each.uid for each in DASHBOARDS]
    assert not left_over.exists()
    for path in boards:
        text = path.read_text(encoding="utf-8")
        again = json.dumps(
            json.loads(text), indent=2, sort_keys=True, ensure_ascii=False
        )
        assert text == again + "\n"
    before = [path.read_bytes() for path in written]
    assert [path.read_bytes() for path in build.build("duckdb", tmp_path)] == before


def test_check_names_what_is_missing_changed_or_left_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A check that is green for a changed file lets it be committed."""
    arguments = ["--target", "postgres", "--out", str(tmp_path)]
    assert build.main([*arguments, "--check"]) == 1

    assert build.main(arguments) == 0
    assert build.main([*arguments, "--check"]) == 0

    first, second, *_ = build.build("postgres", tmp_path)
    first.unlink()
    second.write_text("{}")
    (tmp_path / "postgres" / "other.json").write_text("{}")
    (tmp_path / "postgres" / "alerting" / "rules.yaml").write_text("groups: []")
    (tmp_path / "postgres" / "alerting" / "other.yaml").write_text("groups: []")
    capsys.readouterr()
    assert build.main([*arguments, "--check"]) == 1
    assert capsys.readouterr().out.count("stale ") == 5


def test_a_limit_of_one_s_own_is_checked_as_it_was_written(tmp_path: Path) -> None:
    """A check by other choices than the build's would always or never be green."""
    arguments = ["--target", "postgres", "--out", str(tmp_path)]
    own = ["--daily-limit", "2500", "--channel", "email"]

    assert build.main([*arguments, *own]) == 0
    assert build.main([*arguments, *own, "--check"]) == 0
    assert build.main([*arguments, "--check"]) == 1


def test_another_schema_reaches_every_query(tmp_path: Path) -> None:
    """One query that still reads the old schema mixes two warehouses."""
    for target in [*DIALECTS, phase_2.FOLDER]:
        for path in build.build(target, tmp_path, schema="elsewhere"):
            text = path.read_text(encoding="utf-8")
            is_asking = path.suffix == ".json" or path.name == "rules.yaml"
            assert ("elsewhere." in text) == is_asking
            assert "multi_cloud_costs" not in text


def test_an_unknown_target_is_refused_with_the_known_ones() -> None:
    """A misspelt target must not give dashboards for the default one."""
    with pytest.raises(ValueError, match="'oracle': use bq, duckdb, postgres"):
        dialect_for("oracle")


def test_a_row_wider_than_the_grid_is_refused() -> None:
    """Grafana would wrap the panel under its neighbours."""
    row = Row(4, (Slot(1, 20, lambda _: {}), Slot(2, 5, lambda _: {})))

    with pytest.raises(ValueError, match="25 does not fit"):
        list(place((row,), dialect_for("duckdb")))


def test_only_the_house_module_imports_grafanalib() -> None:
    """What grafanalib gets wrong must be put right in one place."""
    importers = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(name.split(".")[0] == "grafanalib" for name in names):
                importers.add(path.relative_to(PACKAGE).as_posix())

    assert importers == {"house.py"}


@pytest.mark.parametrize("target", [*DIALECTS, phase_2.FOLDER])
def test_no_generated_file_holds_what_changes_by_itself(target: str) -> None:
    """An id, a version or a date in a file makes every build a difference."""
    for text in build.render(target).values():
        dashboard = json.loads(text)
        assert not {"id", "version", "iteration"} & set(dashboard)
