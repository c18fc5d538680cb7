"""`llm-costs demo`: from sample bills to dashboards, without any account.

The job is the one of `llm-costs run`; only the sources point at the sample bills.
"""

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from orchestrate.bills import (
    BillsReport,
    Wish,
    find_bills,
    make_bills,
    sample_store,
    source_settings,
    with_questions,
)
from orchestrate.dashboards import write_dashboards
from orchestrate.ledger import refuse_foreign_loads
from orchestrate.lock import hold_lock
from orchestrate.overview import show_overview
from orchestrate.run import RunOptions, run_job
from orchestrate.settings import Settings, read_settings
from orchestrate.steps import StepFailed, Steps, show_failure
from orchestrate.summary import DEFAULT_SUMMARY, RunSummary
from orchestrate.terminal import open_console

BILLS, DASHBOARDS = "Sample bills", "Dashboards"
DEFAULT_BILLS = Path("data/sample_bills")
# Not the folder that Git holds: a look at the demo is no change to the repository.
DEFAULT_DASHBOARDS = Path("data/dashboards")
NEXT = """
[bold]Next[/bold] (`. .venv/bin/activate` makes the commands available)
  Look at the dashboards      import data/dashboards/duckdb/*.json into Grafana
  Ask in the browser          llm-costs serve --demo, then http://localhost:8420/
  Ask a question              llm-costs ask "cost by model this month vs last month"
  Change a bill or a model    llm-costs run, or llm-costs run --skip-extract
  Start over                  llm-costs demo --fresh
  Read every column           make docs
  Connect your own bills      README.md
"""


@dataclass(frozen=True, kw_only=True)
class Places:
    """The places that only the demo has."""

    bills: Path
    dashboards: Path
    summary: Path


def demo(  # noqa: PLR0913 - one parameter per option of the command
    *,
    days: Annotated[
        int | None, typer.Option(help="Days of bills to make.", min=1)
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Another seed makes another history.")
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day of the bills."),
    ] = None,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="New bills up to yesterday, an empty warehouse."),
    ] = False,
    bills: Annotated[
        Path, typer.Option(help="Folder of the sample bills.")
    ] = DEFAULT_BILLS,
    dashboards: Annotated[
        Path, typer.Option(help="Folder that the dashboards are written to.")
    ] = DEFAULT_DASHBOARDS,
    summary: Annotated[
        Path, typer.Option(help="Where the machine-readable summary goes.")
    ] = DEFAULT_SUMMARY,
) -> None:
    """Make sample bills of three clouds, load them, build marts and dashboards.

    A sample company's bills in the providers' own formats go through the same job as
    yours would. Nothing leaves this machine and no account is needed. A second demo
    finds the bills unchanged, loads nothing twice and is done quickly.

    [bold]Examples[/bold]

      $ llm-costs demo
      $ llm-costs demo --days 60 --seed 7
      $ llm-costs demo --fresh                start over, with bills up to yesterday
    """
    console = open_console()
    # The demo is local, whatever warehouse the environment names for the daily job.
    os.environ["LLM_COSTS_TARGET"] = "duckdb"
    wish = Wish(days=days, seed=seed, end=end.date() if end else None, fresh=fresh)
    places = Places(bills=bills, dashboards=dashboards, summary=summary)
    try:
        outcome = run_demo(read_settings(), places, wish, console)
    except StepFailed as failure:
        show_failure(console, failure)
        raise typer.Exit(1) from failure
    raise typer.Exit(outcome.exit_code)


def run_demo(
    settings: Settings, places: Places, wish: Wish, console: Console
) -> RunSummary:
    """Make the bills, run the job on them, and show what came out.

    Args:
        settings: The places of the run.
        places: The places that only the demo has.
        wish: Which bills the user wants.
        console: Where progress and results are shown.

    Raises:
        StepFailed: The warehouse holds real bills, or the sample bills cannot be made.
    """
    with hold_lock(settings.warehouse):
        refuse_foreign_loads(settings.warehouse, places.bills)
        bills = find_bills(places.bills, wish)
        if bills is None:
            # First, so that a demo that dies here leaves no bills of other days behind,
            # which would stay beside the new ones as months of their own.
            _empty(settings.warehouse)
    Steps(console, (BILLS,)).run(
        BILLS,
        lambda report: with_questions(bills or make_bills(places.bills, wish, report)),
        BillsReport.describe,
    )
    os.environ.update(source_settings(places.bills))
    settings = replace(settings, usage_store=sample_store(places.bills))
    outcome = run_job(
        settings, RunOptions(), console, command="demo", summary_path=places.summary
    )
    if outcome.failure is None:
        Steps(console, (DASHBOARDS,)).run(
            DASHBOARDS,
            lambda _: write_dashboards(settings.target, places.dashboards),
            _describe_dashboards,
        )
        show_overview(console, settings.serving)
        console.print(NEXT)
    return outcome


def _describe_dashboards(written: list[Path]) -> str:
    boards = [path for path in written if path.suffix == ".json"]
    return f"{len(boards)} dashboards -> {boards[0].parent}"


def _empty(warehouse: Path) -> None:
    for path in (warehouse, warehouse.with_name(warehouse.name + ".wal")):
        path.unlink(missing_ok=True)
