"""`llm-costs migrate`: move customers from Phase 1 to Phase 2, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate.homes import phase_1_target, require_phase_1, route
from orchestrate.migration import (
    Customer,
    moves_back,
    moves_forward,
    next_eligible,
    read_customers,
    require_pilot,
)
from orchestrate.migration_plan import next_monday, show_plan
from orchestrate.moves import LEDGER, Move, Wanted, add_moves, hold_ledger, read_moves
from orchestrate.reconcile import DEFAULT_OUT
from orchestrate.reconciliations import describe, read_records
from orchestrate.routing import sources_of
from orchestrate.settings import read_settings
from orchestrate.steps import StepFailed, show_failure
from orchestrate.terminal import money, open_console
from orchestrate.warehouse import open_warehouse

app = typer.Typer(
    help="Move customers from Phase 1 to Phase 2, and back.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)

History = Annotated[
    Path, typer.Option(help="Folder of the history that `reconcile` wrote.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be moved; move nobody.")
]
Reason = Annotated[str, typer.Option(help="Kept with the move.")]


@app.command("plan")
def plan(
    *,
    start: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First Monday (default: the next)."),
    ] = None,
    history: History = DEFAULT_OUT,
) -> None:
    """Show the seven weeks, and who would move when: the cheapest customers first."""
    with _told() as console:
        customers, _ = _read(history)
        waiting = [x for x in customers.values() if x.home == "phase_1"]
        show_plan(console, waiting, start.date() if start else next_monday())


@app.command("pilot")
def pilot(
    customer: Annotated[str, typer.Argument(help="The customer's id.")],
    *,
    reason: Reason = "",
    dry_run: DryRun = False,
    history: History = DEFAULT_OUT,
) -> None:
    """Move a first customer to Phase 2, if it had enough clean days."""
    with _told() as console, hold_ledger() as moves:
        customers, _ = _read(history, moves)
        wanted = moves_forward([customer], customers, "pilot", reason)
        _make(wanted, moves, console, dry_run=dry_run)


@app.command("batch")
def batch(
    customers: Annotated[
        list[str], typer.Argument(help="How many, or the customers' ids.")
    ],
    *,
    reason: Reason = "",
    dry_run: DryRun = False,
    history: History = DEFAULT_OUT,
) -> None:
    """Move more customers to Phase 2: all that are named, or none.

    [bold]Examples[/bold]

      $ llm-costs migrate batch 5               the five cheapest that may move
      $ llm-costs migrate batch acme globex
    """
    with _told() as console, hold_ledger() as moves:
        known, _ = _read(history, moves)
        require_pilot(moves)
        names = customers
        if (
            len(customers) == 1
            and customers[0].isdecimal()
            and customers[0] not in known
        ):
            names = next_eligible(int(customers[0]), known)
        wanted = moves_forward(names, known, "batch", reason)
        _make(wanted, moves, console, dry_run=dry_run)


@app.command("rollback")
def rollback(
    customers: Annotated[list[str], typer.Argument(help="The customers' ids.")],
    *,
    reason: Reason = "",
    dry_run: DryRun = False,
    history: History = DEFAULT_OUT,
) -> None:
    """Move customers back to Phase 1, at once and whatever the numbers say."""
    with _told() as console, hold_ledger() as moves:
        require_phase_1()
        known, _ = _read(history, moves)
        wanted = moves_back(customers, known, reason)
        _make(wanted, moves, console, dry_run=dry_run)


@app.command("status")
def status(
    customer: Annotated[
        str | None, typer.Argument(help="One customer, with the history of its moves.")
    ] = None,
    *,
    history: History = DEFAULT_OUT,
) -> None:
    """Show each customer's home, clean days and last reconciliation."""
    with _told() as console:
        customers, moves = _read(history)
        if customer is None:
            _show_status(console, list(customers.values()))
            _tell_of_no_way_back(console)
            return
        if customer.lower() not in customers:
            raise StepFailed(
                f"There is no customer '{customer}'.",
                way_out="`llm-costs migrate status` lists them.",
            )
        found = customers[customer.lower()]
        _show_status(console, [found])
        for source in sources_of(route(found.home)):
            told = f"reads {', '.join(source.clouds)} from {source.target}"
            console.print(f"{told} (data source {source.data_source})", highlight=False)
        for move in moves:
            if move.customer_id == found.customer_id:
                text = f"{move.moved_at}  {move.action} -> {move.warehouse_home}"
                console.print(Text(f"{text}  {move.reason}".rstrip()))


@contextmanager
def _told() -> Iterator[Console]:
    """Give the console; tell a failure and exit with 2."""
    console = open_console()
    try:
        yield console
    except StepFailed as failure:
        show_failure(console, failure)
        raise typer.Exit(2) from failure


def _read(
    history: Path, moves: list[Move] | None = None
) -> tuple[dict[str, Customer], list[Move]]:
    settings = read_settings()
    known = read_moves() if moves is None else moves
    with open_warehouse(phase_1_target(), settings) as warehouse:
        customers = read_customers(
            warehouse,
            known,
            read_records(history),
            settings,
            datetime.now(UTC).date(),
        )
    return customers, known


def _make(
    wanted: list[Wanted], moves: list[Move], console: Console, *, dry_run: bool
) -> None:
    for move in wanted:
        verb = "would move" if dry_run else "moves"
        targets = ", ".join(
            f"{'+'.join(clouds)} from {target}"
            for target, clouds in route(move.warehouse_home).items()
        )
        console.print(
            Text(f"{move.customer_id} {verb} to {move.warehouse_home}: {targets}"),
            soft_wrap=True,
        )
    if dry_run:
        return
    add_moves(wanted, moves, now=datetime.now(UTC))
    console.print(
        f"Written to {LEDGER}: commit it. The marts say so after the next build.",
        highlight=False,
        soft_wrap=True,
    )


def _tell_of_no_way_back(console: Console) -> None:
    try:
        require_phase_1()
    except StepFailed as failure:
        console.print(Text(f"Nobody can go back. {failure.message}"), soft_wrap=True)


def _show_status(console: Console, customers: list[Customer]) -> None:
    table = Table()
    for heading in ("customer", "home"):
        table.add_column(heading, overflow="fold")
    table.add_column("USD", justify="right")
    table.add_column("clean days", justify="right")
    for heading in ("may move", "last reconciliation"):
        table.add_column(heading)
    for customer in customers:
        may_move = "yes" if customer.is_eligible else "no"
        table.add_row(
            Text(customer.customer_id),
            customer.home,
            money(customer.cost_usd),
            f"{customer.clean_days} of {customer.required_days}",
            may_move if customer.home == "phase_1" else "moved",
            Text(describe(customer.last, customer.customer_id)),
        )
    console.print(table)
