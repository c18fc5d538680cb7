"""The daily job on several warehouses."""

import io
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from rich.console import Console

from orchestrate import dual
from orchestrate.lock import hold_lock
from orchestrate.run import RunOptions
from orchestrate.settings import read_settings
from orchestrate.steps import StepFailed
from orchestrate.targets import split_targets

# What a target's process does, by target: waits for the others, tells, and ends.
CHILD = """
import json, os, pathlib, sys, time
target, summary = os.environ["LLM_COSTS_TARGET"], pathlib.Path(sys.argv[-1])
print(f"hello from {target} to {os.environ['DBT_LOG_PATH']}", flush=True)
code = {"bq": 1}.get(target, 0)
if target == "sqlserver":
    os.abort()
if "--wait" in sys.argv:
    pathlib.Path("waits").write_text(str(os.getpid()))
    time.sleep(60)
if "--meet" in sys.argv:
    pathlib.Path(f"here.{target}").touch()
    while not pathlib.Path("here.bq").exists() or not pathlib.Path(
        "here.redshift"
    ).exists():
        time.sleep(0.01)
summary.parent.mkdir(parents=True, exist_ok=True)
failure = {"message": "no [money] left", "lines": [], "way_out": ""}
summary.write_text(json.dumps({
    "target": target, "exit_code": code, "seconds": 3,
    "status": "failed" if code else "success",
    "units": {"loaded": [1, 2], "unchanged": []},
    "dbt": {"statuses": {"success": 7}},
    "failure": failure if code else None,
    "places": [os.environ["DLT_DATA_DIR"], os.environ["DBT_TARGET_PATH"]],
    "judge": os.environ["LLM_COSTS_CHAT_TARGET"],
}))
sys.exit(code)
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Give a function that runs stand-ins for the job on some targets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        dual,
        "child_command",
        lambda arguments, summary: [
            sys.executable, "-c", CHILD, *arguments, str(summary)
        ],
    )  # fmt: skip

    def start(*targets: str, arguments=(), side_by_side=False):
        console = Console(file=io.StringIO(), width=200)
        code = dual.run_targets(
            targets,
            arguments,
            console,
            side_by_side=side_by_side,
            logs=Path("logs"),
            summary=Path("all.json"),
        )
        summary = json.loads(Path("all.json").read_text("utf-8"))
        return code, summary, console.file.getvalue()

    return start


def test_one_failure_does_not_stop_the_others_and_all_are_told(run) -> None:
    """Phase 2 would have no figures on a day on which Phase 1 had trouble."""
    code, summary, text = run("bq", "sqlserver", "redshift")

    assert code == summary["exit_code"] == 1
    told = {name: x["status"] for name, x in summary["targets"].items()}
    assert told == {"bq": "failed", "sqlserver": "failed", "redshift": "success"}
    assert "no [money] left" in text
    assert "left no summary" in summary["targets"]["sqlserver"]["failure"]["message"]
    assert "redshift  | hello from redshift to logs/redshift" in text
    assert text.index("hello from bq") < text.index("hello from redshift")


def test_all_well_is_exit_code_0_and_places_are_each_their_own(run) -> None:
    """Two runs in one folder of dlt would load each other's leftovers."""
    code, summary, _ = run("redshift", "postgres")

    assert code == 0
    assert summary["status"] == "success"
    places = [p for x in summary["targets"].values() for p in x["places"]]
    assert len(set(places)) == 4
    assert all(Path(place).is_absolute() for place in places[::2])


def test_side_by_side_they_run_at_the_same_time(run) -> None:
    """Three warehouses one after the other may not be done before work begins."""
    code, summary, _ = run("bq", "redshift", arguments=["--meet"], side_by_side=True)

    assert code == 1
    assert summary["targets"]["redshift"]["status"] == "success"


@pytest.mark.parametrize(
    ("settings", "judge"),
    [
        ({}, "redshift"),
        ({"LLM_COSTS_PHASE_1": "postgres"}, "postgres"),
        ({"LLM_COSTS_CHAT_TARGET": "postgres", "LLM_COSTS_PHASE_1": "bq"}, "postgres"),
    ],
)
def test_one_of_the_runs_judges_alerts(
    run, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], judge: str
) -> None:
    """People would be told twice, or of one cloud's cost as if it were all."""
    for name in ("LLM_COSTS_CHAT_TARGET", "LLM_COSTS_PHASE_1", "LLM_COSTS_TARGET"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    _, summary, _ = run("redshift", "postgres")

    assert {x["judge"] for x in summary["targets"].values()} == {judge}


def test_a_request_to_stop_reaches_the_process_and_is_told(run) -> None:
    """A load that nobody waits for any more would block tomorrow's."""

    def stop() -> None:
        # Its name is there before its number.
        while not (waits.exists() and waits.read_text()):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    waits, started = Path("waits"), time.monotonic()
    threading.Thread(target=stop).start()
    before = signal.getsignal(signal.SIGTERM)
    code, summary, _ = run("redshift", "postgres", arguments=["--wait"])

    assert time.monotonic() - started < 30
    assert code == 1
    told = {name: x["failure"]["message"] for name, x in summary["targets"].items()}
    assert "ended with -15" in told["redshift"]
    assert "told to stop" in told["postgres"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(waits.read_text()), 0)
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_summary_of_yesterday_is_not_taken_for_today_s(run) -> None:
    """A process that died at once would be a success."""
    old = Path("runs") / "sqlserver" / "last_run.json"
    old.parent.mkdir(parents=True)
    old.write_text('{"target": "sqlserver", "exit_code": -6, "status": "success"}')

    code, summary, _ = run("sqlserver")

    assert code == 1
    assert summary["targets"]["sqlserver"]["status"] == "failed"


def test_the_options_reach_every_run(tmp_path: Path) -> None:
    """A forced or partial run of one warehouse only would look like a difference."""
    options = RunOptions(
        sources=("aws_cur",), period="2026-10", force=True, skip_extract=True
    )

    command = dual.child_command(options.as_typed(), tmp_path / "s.json")

    assert command[3:] == [
        "run",
        "--source=aws_cur",
        "--period=2026-10",
        "--force",
        "--skip-extract",
        "--summary",
        str(tmp_path / "s.json"),
    ]


def test_targets_are_checked_before_anything_runs() -> None:
    """The typo in the second name would be found after an hour."""
    assert split_targets("bq, redshift") == ("bq", "redshift")
    for wrong in ("bq,redshit", "bq,bq", "bq,"):
        with pytest.raises(StepFailed):
            split_targets(wrong)


def test_runs_of_different_warehouses_do_not_lock_each_other_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Side by side, all but one would fail every day."""
    settings = []
    for target in ("duckdb", "redshift", "bq"):
        monkeypatch.setenv("LLM_COSTS_TARGET", target)
        settings.append(read_settings().locked)
    assert len(set(settings)) == 3
    with hold_lock(tmp_path / settings[1]), hold_lock(tmp_path / settings[2]):
        pass
