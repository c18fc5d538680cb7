"""`llm-costs run`: load the bills, build and test the marts, publish them."""

import logging
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chat.alerts.report import AlertReport
from orchestrate.balance import read_reconciliation
from orchestrate.dual import run_targets
from orchestrate.load import LoadReport, load_bills
from orchestrate.lock import hold_lock
from orchestrate.publish import Published, publish_marts
from orchestrate.settings import Settings, read_settings
from orchestrate.steps import Report, StepFailed, Steps, show_failure
from orchestrate.summary import DEFAULT_SUMMARY, RunSummary
from orchestrate.targets import split_targets
from orchestrate.tenant_files import publish_tenants, remove_tenants
from orchestrate.terminal import open_console, show_reconciliation, start_log
from orchestrate.transform import BuildReport, build_marts

LOAD, BUILD, PUBLISH = "Load bills", "Build marts", "Publish"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What the user asked for."""

    sources: tuple[str, ...] = ()
    period: str | None = None
    full_refresh: bool = False
    force: bool = False
    reopen: bool = False
    skip_extract: bool = False

    def as_typed(self) -> list[str]:
        """Give the options as they are typed."""
        typed = [f"--source={source}" for source in self.sources]
        typed += [f"--period={self.period}"] if self.period else []
        flags = ("full_refresh", "force", "reopen", "skip_extract")
        names = [name for name in flags if getattr(self, name)]
        return typed + [f"--{name.replace('_', '-')}" for name in names]


def run(  # noqa: PLR0913 - one parameter per option of the command
    *,
    source: Annotated[
        list[str] | None,
        typer.Option(help="Load only this source; may be given several times."),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(help="Load only this billing period.", metavar="YYYY-MM"),
    ] = None,
    full_refresh: Annotated[
        bool,
        typer.Option(
            "--full-refresh",
            help="Read every period again and build every table anew.",
        ),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Publish what is otherwise refused: a bill that lost most of its"
            " lines or is empty, or one that is already loaded as another unit.",
        ),
    ] = False,
    reopen: Annotated[
        bool,
        typer.Option(
            "--reopen",
            help="Load the month of --period although LLM_COSTS_CLOSED_THROUGH closes"
            " it.",
        ),
    ] = False,
    skip_extract: Annotated[
        bool,
        typer.Option("--skip-extract", help="Build from what is loaded already."),
    ] = False,
    targets: Annotated[
        str | None,
        typer.Option(
            help="Run on each of these warehouses, separated by commas, in a process"
            " of its own (default: LLM_COSTS_TARGET alone).",
        ),
    ] = None,
    side_by_side: Annotated[
        bool,
        typer.Option("--side-by-side", help="With --targets: all at the same time."),
    ] = False,
    summary: Annotated[
        Path,
        typer.Option(help="Where the machine-readable summary goes."),
    ] = DEFAULT_SUMMARY,
) -> None:
    """Load the bills that changed, build and test the marts, publish them.

    The daily job. A step that fails stops the ones after it, the exit code is 1, and
    readers keep the last published copy. Running it again repairs what was left undone.

    [bold]Examples[/bold]

      $ llm-costs run
      $ llm-costs run --source aws_cur --period 2026-10 --force
      $ llm-costs run --skip-extract          after a change to a model
      $ llm-costs run --full-refresh          make every table anew
      $ llm-costs run --targets bq,redshift   a failure of one does not stop the other

    Afterwards [bold]data/last_run.json[/bold] has every step, the bills loaded,
    unchanged and refused, dbt's results and the reconciliation.
    """
    console = open_console()
    options = RunOptions(
        sources=tuple(source or ()),
        period=period,
        full_refresh=full_refresh,
        force=force,
        reopen=reopen,
        skip_extract=skip_extract,
    )
    try:
        settings = read_settings()
        names = split_targets(targets) if targets else ()
    except StepFailed as failure:
        show_failure(console, failure)
        raise typer.Exit(2) from failure
    if names:
        exit_code = run_targets(
            names,
            options.as_typed(),
            console,
            side_by_side=side_by_side,
            logs=settings.logs,
            summary=summary,
        )
        console.print(f"[dim]Summary: {summary}[/dim]")
        raise typer.Exit(exit_code)
    outcome = run_job(settings, options, console, command="run", summary_path=summary)
    if outcome.failure is None:
        console.print()
        show_reconciliation(console, outcome.reconciliation)
    console.print(f"[dim]Summary: {summary}[/dim]")
    raise typer.Exit(outcome.exit_code)


def run_job(
    settings: Settings,
    options: RunOptions,
    console: Console,
    *,
    command: str,
    summary_path: Path,
) -> RunSummary:
    """Do the job's steps and tell what came of them; never raises `StepFailed`.

    Args:
        settings: The places of the run.
        options: What the user asked for.
        console: Where progress is shown.
        command: The command that asked, for the summary.
        summary_path: Where the machine-readable summary goes.
    """
    start_log(settings.logs)
    summary = RunSummary(
        command=command, target=settings.target, options=asdict(options)
    )
    steps = Steps(console, (LOAD, BUILD, PUBLISH))
    try:
        with hold_lock(settings.locked):
            _do_steps(settings, options, steps, summary)
    except StepFailed as failure:
        logger.error("%s", failure.message)  # noqa: TRY400 - expected, told in full
        summary.failure = failure
        show_failure(console, failure)
        _tell_what_readers_see(settings, console)
    summary.steps = steps.all_results()
    summary.finished_at = datetime.now(UTC)
    summary.write(summary_path)
    return summary


def _do_steps(
    settings: Settings, options: RunOptions, steps: Steps, summary: RunSummary
) -> None:
    def load(report: Report) -> LoadReport:
        return load_bills(
            sources=options.sources,
            period=options.period,
            full_refresh=options.full_refresh,
            force=options.force,
            reopen=options.reopen,
            into=summary.units,
            report=report,
        )

    def build(report: Report) -> BuildReport:
        return build_marts(
            settings,
            full_refresh=options.full_refresh,
            into=summary.dbt,
            report=report,
        )

    def publish(report: Report) -> Published:
        published = publish_marts(
            warehouse=settings.warehouse, serving=settings.serving, report=report
        )
        if not settings.tenant_files:
            remove_tenants(settings.serving)
            return published
        files = publish_tenants(serving=settings.serving, report=report)
        return replace(published, tenant_files=files)

    if options.skip_extract:
        steps.skip(LOAD, "not wanted (--skip-extract)")
    else:
        steps.run(LOAD, load, LoadReport.describe)
    uncounted = None if options.skip_extract else _count_usage(settings, steps, summary)
    steps.run(BUILD, build, BuildReport.describe)
    if not settings.is_local:
        steps.skip(PUBLISH, f"readers of {settings.target} query the warehouse itself")
    else:
        summary.published = steps.run(PUBLISH, publish, Published.describe)
    summary.reconciliation = read_reconciliation(settings)
    # Imported here: it brings the store's libraries, which no other command needs.
    from orchestrate.alerts import (  # noqa: PLC0415
        ALERTS,
        open_store,
        send_alerts,
        why_not_judged,
    )

    # Last: a store that fails must not keep readers from the new figures.
    store = open_store()
    if store is not None:
        with closing(store):
            if reason := why_not_judged(settings.target):
                steps.skip(ALERTS, reason)
            else:
                summary.alerts = steps.run(
                    ALERTS,
                    lambda _: send_alerts(store, settings),
                    AlertReport.describe,
                )
    if uncounted:
        raise uncounted


def _count_usage(
    settings: Settings, steps: Steps, summary: RunSummary
) -> StepFailed | None:
    """Count how the chat is used; a failure waits until readers have new figures."""
    from orchestrate.alerts import open_store  # noqa: PLC0415 - as below

    try:
        store = open_store(settings.usage_store)
        if store is None:
            return None
        from orchestrate import usage  # noqa: PLC0415 - it brings dlt

        with closing(store):
            if reason := usage.why_not_counted(settings.target):
                steps.skip(usage.USAGE, reason)
            else:
                summary.usage = steps.run(
                    usage.USAGE, lambda _: usage.load_usage(store), usage.describe_usage
                )
    except StepFailed as failure:
        return failure
    return None


def _tell_what_readers_see(settings: Settings, console: Console) -> None:
    if settings.is_local and settings.serving.is_file():
        changed = datetime.fromtimestamp(settings.serving.stat().st_mtime, tz=UTC)
        console.print(
            f"Readers keep the figures published at {changed:%Y-%m-%d %H:%M} UTC "
            f"({settings.serving})."
        )
