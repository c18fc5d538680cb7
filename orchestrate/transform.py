"""Build the marts: `dbt build` in process, quiet, with its failures told by name.

Unit tests of the models are left to the test suite: they judge the code, not today's
data. dbt's own words go to `logs/dbt.log`.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orchestrate.settings import Settings
from orchestrate.steps import Report, StepFailed

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

FAILED = {"error", "fail", "runtime error", "partial success"}
MESSAGE_LIMIT = 600
# Name of the Python logger behind dbt's log file.
DBT_LOGGER = "file_log"


@dataclass(kw_only=True)
class BuildReport:
    """What dbt did, counted."""

    nodes: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    failures: list[dict[str, str]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)

    def describe(self) -> str:
        """Say it in a few words."""
        tests = self.nodes.get("test", 0)
        text = (
            f"{self.nodes.get('seed', 0)} seeds, {self.nodes.get('model', 0)} models, "
            f"{tests} tests"
        )
        return f"{text}, {len(self.warnings)} warnings" if self.warnings else text


def build_marts(
    settings: Settings, *, full_refresh: bool, into: BuildReport, report: Report
) -> BuildReport:
    """Run seeds, models and data tests.

    Args:
        settings: The places of the run.
        full_refresh: Build incremental models anew.
        into: Filled with the counts, also when the build fails.
        report: Shows what dbt is doing.

    Raises:
        StepFailed: dbt could not start, or a model or test failed.
    """
    report("reading the project")
    # Imported here: dbt takes seconds to import, and `--help` should not wait for it.
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    arguments = ["build", "--target", settings.target]
    arguments += ["--exclude-resource-type", "unit_test"]
    arguments += ["--full-refresh"] if full_refresh else []
    logging_flags = ["--log-level", "none", "--log-level-file", "debug"]
    logging_flags += ["--log-path", str(settings.logs)]
    runner = dbtRunner(callbacks=[lambda event: _show_event(event, report)])
    try:
        answer = runner.invoke([*logging_flags, *arguments])
    finally:
        release(settings)
    _count(answer, into)
    _refuse_failures(answer, into, settings)
    return into


def _show_event(event: Any, report: Report) -> None:
    if event.info.name == "LogStartLine":
        data = event.data
        report(f"{data.index} of {data.total}: {data.node_info.node_name}")


def release(settings: Settings) -> None:
    """Close what dbt leaves open until the process ends."""
    if settings.is_local:
        from dbt.adapters.duckdb.connections import (  # noqa: PLC0415
            DuckDBConnectionManager,
        )

        # While it is open, no other connection of this process can attach the file to
        # copy the marts out of it.
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    log = logging.getLogger(DBT_LOGGER)
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()


def _results(answer: "dbtRunnerResult") -> Iterator[Any]:
    yield from getattr(answer.result, "results", None) or ()


def _count(answer: "dbtRunnerResult", into: BuildReport) -> None:
    results = list(_results(answer))
    into.nodes = dict(Counter(str(result.node.resource_type) for result in results))
    into.statuses = dict(Counter(str(result.status) for result in results))
    into.failures = [_told(result) for result in results if result.status in FAILED]
    into.warnings = [_told(result) for result in results if result.status == "warn"]


def _told(result: Any) -> dict[str, str]:
    message = " ".join(str(result.message or "").split())
    return {
        "kind": str(result.node.resource_type),
        "name": result.node.name,
        "path": result.node.original_file_path,
        "message": message[:MESSAGE_LIMIT],
    }


def _refuse_failures(
    answer: "dbtRunnerResult", into: BuildReport, settings: Settings
) -> None:
    if answer.success:
        return
    log = settings.logs / "dbt.log"
    if not into.failures:
        raise StepFailed(
            f"dbt could not run: {answer.exception or 'no reason given'}",
            way_out=(
                f"See {log}; `dbt debug --target {settings.target}` checks the set-up."
            ),
        )
    skipped = into.statuses.get("skipped", 0)
    raise StepFailed(
        f"dbt build: {len(into.failures)} failed, {skipped} skipped because of that.",
        lines=tuple(
            f"{failure['kind']} {failure['name']} ({failure['path']}): "
            f"{failure['message']}"
            for failure in into.failures
        ),
        way_out=(
            "Mend the cause and run again (`llm-costs run --skip-extract` builds from "
            f"what is loaded). dbt's log: {log}"
        ),
    )
