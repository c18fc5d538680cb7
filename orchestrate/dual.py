"""`llm-costs run --targets`: the daily job on several warehouses.

Each target gets a process and places of its own, so that nothing of one run can reach
another: dlt's folder, dbt's target, logs, lock and summary. One failure stops nobody.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate.settings import answering_target
from orchestrate.summary import write_json


@dataclass(kw_only=True)
class TargetRun:
    """The run of one target.

    Attributes:
        target: Its name.
        folder: Its places.
        exit_code: How its process ended; None before.
        process: Its process, once it is started.
    """

    target: str
    folder: Path
    exit_code: int | None = None
    process: subprocess.Popen[str] | None = None

    @property
    def summary(self) -> Path:
        """Where its process writes its summary."""
        return self.folder / "last_run.json"

    def outcome(self) -> dict[str, Any]:
        """Give the summary that the process wrote, or say that it wrote none."""
        try:
            written = json.loads(self.summary.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            written = {}
        if written and written["exit_code"] == self.exit_code:
            return dict(written)
        message = f"The process ended with {self.exit_code} and left no summary."
        if self.process is None:
            message = "It was not started: the job was told to stop."
        return {
            "target": self.target,
            "status": "failed",
            "exit_code": self.exit_code or 1,
            "failure": {"message": message, "lines": [], "way_out": ""},
        }


def run_targets(  # noqa: PLR0913 - the options of the command, by name
    targets: Sequence[str],
    arguments: Sequence[str],
    console: Console,
    *,
    side_by_side: bool,
    logs: Path,
    summary: Path,
) -> int:
    """Run the job on each target, show and write what came of all; give the exit code.

    Args:
        targets: Names of the targets.
        arguments: Options of the job, as typed.
        console: Where the runs' lines are shown, each with its target's name.
        side_by_side: All at once instead of one after the other.
        logs: Folder that gets a folder of logs per target.
        summary: Where the summary of all goes; the targets' places are beside it.
    """
    started = datetime.now(UTC)
    runs = [
        TargetRun(target=target, folder=summary.parent / "runs" / target)
        for target in targets
    ]
    stop = threading.Event()
    # One tells people: each by itself would tell them a part, and the whole twice.
    judge = answering_target() if answering_target() in targets else targets[0]
    threads = [
        threading.Thread(
            target=_run_one,
            args=(
                run,
                child_command(arguments, run.summary),
                child_environment(run, logs, judge),
                console,
                stop,
            ),
        )
        for run in runs
    ]
    with _passing_on(runs, stop):
        for thread in threads:
            thread.start()
            if not side_by_side:
                thread.join()
        for thread in threads:
            thread.join()
    outcomes = [run.outcome() for run in runs]
    exit_code = 1 if any(outcome["exit_code"] for outcome in outcomes) else 0
    _show(console, outcomes)
    whole = {
        "command": "run",
        "status": "failed" if exit_code else "success",
        "exit_code": exit_code,
        "started_at": started.isoformat(timespec="seconds"),
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "targets": {
            run.target: outcome for run, outcome in zip(runs, outcomes, strict=True)
        },
    }
    write_json(summary, whole)
    return exit_code


def child_command(arguments: Sequence[str], summary: Path) -> list[str]:
    """Give the command of one target's process."""
    module = [sys.executable, "-m", "orchestrate.cli"]
    return [*module, "run", *arguments, "--summary", str(summary)]


def child_environment(run: TargetRun, logs: Path, judge: str) -> dict[str, str]:
    """Give the environment of one target's process: this one's, with its own places."""
    return {
        **os.environ,
        "LLM_COSTS_TARGET": run.target,
        "LLM_COSTS_CHAT_TARGET": judge,
        "DLT_DATA_DIR": str((run.folder / "dlt").resolve()),
        "DBT_TARGET_PATH": str(run.folder / "target"),
        "DBT_LOG_PATH": str(logs / run.target),
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def _passing_on(runs: Sequence[TargetRun], stop: threading.Event) -> Iterator[None]:
    """Pass a request to stop on to the processes, which would outlive this one.

    What became of them is then told as on other days.
    """

    def terminate(*_: object) -> None:
        stop.set()
        for run in runs:
            if run.process:
                run.process.terminate()

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run_one(
    run: TargetRun,
    command: list[str],
    environment: dict[str, str],
    console: Console,
    stop: threading.Event,
) -> None:
    # Of another day, it would be taken for this run's.
    run.summary.unlink(missing_ok=True)
    if stop.is_set():
        return
    with subprocess.Popen(  # noqa: S603 - this program itself
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        run.process = process
        if stop.is_set():
            process.terminate()
        for line in process.stdout or ():
            if line.strip():
                text = f"{run.target:<10}| {line.rstrip()}"
                console.print(Text(text), soft_wrap=True)
    run.exit_code = process.returncode


def _show(console: Console, outcomes: Sequence[dict[str, Any]]) -> None:
    table = Table()
    for heading in ("target", "status"):
        table.add_column(heading)
    table.add_column("seconds", justify="right")
    table.add_column("bills", overflow="fold")
    table.add_column("dbt", overflow="fold")
    table.add_column("failure", overflow="fold")
    for outcome in outcomes:
        units, dbt = outcome.get("units") or {}, outcome.get("dbt") or {}
        failure = outcome.get("failure") or {}
        table.add_row(
            outcome["target"],
            outcome["status"],
            f"{outcome.get('seconds', 0):.0f}",
            ", ".join(f"{len(found)} {what}" for what, found in units.items() if found),
            ", ".join(f"{n} {what}" for what, n in dbt.get("statuses", {}).items()),
            Text(failure.get("message", "")),
        )
    console.print(table)
