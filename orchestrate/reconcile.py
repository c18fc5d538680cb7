"""`llm-costs reconcile`: do two sets of warehouses say the same?"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from orchestrate.cells import Key, read_cells
from orchestrate.compare import Comparison, Tolerance, compare
from orchestrate.differences import Question, show, write_differences
from orchestrate.homes import (
    held_providers,
    kept_providers,
    phase_1_target,
    require_phase_1,
    right_targets,
)
from orchestrate.reconciliations import Record, append_record
from orchestrate.settings import Settings, read_settings
from orchestrate.steps import StepFailed, show_failure
from orchestrate.targets import check_target, split_targets
from orchestrate.terminal import open_console
from orchestrate.warehouse import open_warehouse

DEFAULT_OUT = Path("data/reconciliation")
COULD_NOT = 2


def reconcile(  # noqa: PLR0913 - one parameter per option of the command
    *,
    left: Annotated[
        str | None,
        typer.Option(help="The warehouse that is trusted (default: that of Phase 1)."),
    ] = None,
    right: Annotated[
        str | None,
        typer.Option(
            help="One or more that together hold the same, separated by commas"
            " (default: those of Phase 2).",
        ),
    ] = None,
    customer: Annotated[
        str | None, typer.Option(help="Compare this customer only.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day to compare."),
    ] = None,
    tolerance: Annotated[
        str | None,
        typer.Option(
            help="USD that a cell, or a customer's sum, may differ by (default:"
            " LLM_COSTS_RECONCILE_TOLERANCE_USD, or a cent).",
            metavar="USD",
        ),
    ] = None,
    relative: Annotated[
        str,
        typer.Option(
            "--relative-tolerance",
            help="Share of the larger amount that is allowed beside it.",
            metavar="SHARE",
        ),
    ] = "0",
    out: Annotated[
        Path, typer.Option(help="Folder of the differences and the history.")
    ] = DEFAULT_OUT,
) -> None:
    """Compare warehouses by day, provider, customer and model.

    Reads the sums of unified_costs. Finds what is missing on a side, what differs, and
    what two of the right ones both hold. Differences are shown, largest first, and
    written; every run is added to the history that [bold]migrate[/bold] counts clean
    days from.

    Exit code: 0 the same, 1 different, 2 could not be compared.

    [bold]Examples[/bold]

      $ llm-costs reconcile --left bq --right redshift,sqlserver
      $ llm-costs reconcile --customer acme --since 2026-10-01
    """
    console = open_console()
    try:
        settings = read_settings()
        if not left:
            require_phase_1()
        question = Question(
            left=check_target(left) if left else phase_1_target(),
            rights=split_targets(right) if right else right_targets(),
            # As the marts write ids, whatever a tag does.
            customer=customer.lower() if customer else None,
            since=since.date() if since else None,
            tolerance=Tolerance(
                usd=_amount(tolerance, "--tolerance")
                if tolerance is not None
                else settings.tolerance_usd,
                share=_amount(relative, "--relative-tolerance"),
            ),
        )
        comparison = ask(check_sides(question), settings)
        at = datetime.now(UTC)
        written = write_differences(comparison, question, at, out)
        append_record(out, make_record(comparison, question, at))
    except StepFailed as failure:
        show_failure(console, failure)
        raise typer.Exit(COULD_NOT) from failure
    except OSError as error:
        show_failure(console, StepFailed(f"{out} cannot be written: {error}"))
        raise typer.Exit(COULD_NOT) from error
    show(comparison, question, console)
    console.print(f"[dim]Differences: {written}[/dim]", soft_wrap=True)
    raise typer.Exit(0 if comparison.is_clean else 1)


def ask(question: Question, settings: Settings) -> Comparison:
    """Read all the warehouses and compare them.

    Raises:
        StepFailed: One cannot be read, or there is nothing to compare.
    """
    cells = {}
    for target in (question.left, *question.rights):
        with open_warehouse(target, settings) as warehouse:
            cells[target] = read_cells(
                warehouse, since=question.since, customer=question.customer
            )
    left = cells.pop(question.left)
    if not left and not any(cells.values()):
        what = f"customer {question.customer}" if question.customer else "costs"
        raise StepFailed(
            f"Neither {question.left} nor {', '.join(question.rights)} has any {what}"
            + (f" since {question.since}." if question.since else "."),
            way_out="See the name and the day; `llm-costs run` loads and builds.",
        )
    held = {
        provider for target in question.rights for provider in held_providers(target)
    }
    comparison = compare(left, cells, held=held, tolerance=question.tolerance)
    if not comparison.compared:
        raise StepFailed(
            f"Nothing could be compared: {', '.join(question.rights)} is not meant to "
            f"hold {', '.join(comparison.not_compared)}, and {question.left} has "
            "nothing else.",
            way_out="LLM_COSTS_CLOUDS_<TARGET> says which clouds a warehouse holds.",
        )
    return comparison


def check_sides(question: Question) -> Question:
    """Give the question back, if its answer would say anything.

    Raises:
        StepFailed: A target is on both sides.
    """
    if question.left in question.rights:
        raise StepFailed(
            f"{question.left} is on both sides.",
            way_out="Compare it with others; it always equals itself.",
        )
    return question


def make_record(comparison: Comparison, question: Question, at: datetime) -> Record:
    """Give what the history keeps of a run."""
    kept = kept_providers(question.left)
    same = [key for key in comparison.skipped if key.cloud_provider in kept]
    by_customer: defaultdict[str, Decimal] = defaultdict(Decimal)
    for difference in comparison.differences:
        if difference.key.customer_id:
            by_customer[difference.key.customer_id] += abs(difference.cost_usd)
    return Record(
        at=at,
        left=question.left,
        right=question.rights,
        customer=question.customer,
        since=question.since,
        tolerance_usd=question.tolerance.usd,
        tolerance_share=question.tolerance.share,
        cells=len(comparison.compared),
        newest=newest_days([*comparison.compared, *same], at.date()),
        differences=dict(by_customer),
        shared=any(not x.key.customer_id for x in comparison.differences),
    )


def newest_days(keys: Iterable[Key], today: date) -> dict[str, date]:
    """Give the newest day of data for each customer that keys are about.

    It is the newest one of the customer's providers, whoever caused it: a customer that
    rests for a day has new data all the same. Days to come say nothing, since charges
    may be dated ahead.

    Args:
        keys: What was compared, or is the same in both phases by itself.
        today: The day of the comparison.
    """
    newest: dict[str, date] = {}
    providers: defaultdict[str, set[str]] = defaultdict(set)
    for key in keys:
        if key.date is None or key.date > today:
            continue
        providers[key.customer_id].add(key.cloud_provider)
        known = newest.get(key.cloud_provider, key.date)
        newest[key.cloud_provider] = max(known, key.date)
    return {
        customer: max(newest[provider] for provider in theirs)
        for customer, theirs in providers.items()
    }


def _amount(value: str, option: str) -> Decimal:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise StepFailed(
            f"'{value}' is no amount.", way_out=f"For example {option} 0.01"
        )
    return amount
