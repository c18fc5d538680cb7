"""`llm-costs tenants`: for each customer a credential that reads its own rows only.

The warehouse enforces it; dbt's operations grant_tenants and revoke_tenants hold the
statements of each engine. DuckDB has no roles: there every customer gets a file of its
own when the marts are published (`orchestrate.tenant_files`).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate.settings import MARTS_SCHEMA, Settings, read_settings
from orchestrate.steps import StepFailed, show_failure
from orchestrate.terminal import open_console, start_log
from orchestrate.transform import release
from orchestrate.warehouse import Warehouse, open_warehouse

app = typer.Typer(
    help="Credentials that read one customer's rows only.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the statements; change nothing.")
]
UNATTRIBUTED = "unattributed"


@app.command("apply")
def apply(
    customers: Annotated[
        list[str] | None, typer.Argument(help="Ids of customers, as in dim_customers.")
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every customer.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Give customers a role each, that reads its own rows and nothing else.

    Roles that are there already stay as they are. The first time, build the marts anew
    afterwards: `llm-costs run --skip-extract --full-refresh`.

    [bold]Examples[/bold]

      $ llm-costs tenants apply acme globex
      $ llm-costs tenants apply --all --dry-run
    """
    with _told() as (console, settings):
        if every == bool(customers):
            raise StepFailed(
                "Name customers, or give --all.",
                way_out="`llm-costs migrate status` lists the customers.",
            )
        names = _all_customers(settings) if every else list(customers or ())
        _operate("grant_tenants", names, settings, console, dry_run=dry_run)


@app.command("revoke")
def revoke(
    customers: Annotated[list[str], typer.Argument(help="Ids of customers.")],
    *,
    dry_run: DryRun = False,
) -> None:
    """Take the roles of customers away: their access first, then the roles."""
    with _told() as (console, settings):
        _operate("revoke_tenants", customers, settings, console, dry_run=dry_run)


@app.command("list")
def list_() -> None:
    """Show which role belongs to which customer."""
    with _told() as (console, settings):
        with open_warehouse(settings.target, settings) as warehouse:
            roles = _roles(warehouse)
        table = Table()
        table.add_column("customer", overflow="fold")
        table.add_column("role", overflow="fold")
        for row in roles:
            table.add_row(Text(str(row["customer_id"])), str(row["role_name"]))
        console.print(table)


@contextmanager
def _told() -> Iterator[tuple[Console, Settings]]:
    """Give console and settings; tell a failure and exit with 2."""
    console = open_console()
    try:
        settings = _refuse_files(read_settings())
        start_log(settings.logs)
        yield console, settings
    except StepFailed as failure:
        show_failure(console, failure)
        raise typer.Exit(2) from failure


def _refuse_files(settings: Settings) -> Settings:
    if settings.is_local:
        raise StepFailed(
            "DuckDB has no roles.",
            way_out=(
                "Set LLM_COSTS_TENANT_FILES=true: every run then publishes a file for "
                "each customer beside the serving copy."
            ),
        )
    return settings


def _all_customers(settings: Settings) -> list[str]:
    with open_warehouse(settings.target, settings) as warehouse:
        rows = warehouse.rows(
            f"select customer_id from {warehouse.mart('dim_customers')}"  # noqa: S608
        )
    return sorted({str(row["customer_id"]) for row in rows} - {UNATTRIBUTED})


def _roles(warehouse: Warehouse) -> list[dict[str, Any]]:
    table = warehouse.mart("tenant_roles", schema=f"{MARTS_SCHEMA}_tenants")
    return warehouse.rows(
        f"select customer_id, role_name from {table} order by customer_id"  # noqa: S608
    )


def _operate(
    operation: str,
    customers: list[str],
    settings: Settings,
    console: Console,
    *,
    dry_run: bool,
) -> None:
    # Imported here: dbt takes seconds to import, and `--help` should not wait for it.
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    errors: list[str] = []

    def tell(event: Any) -> None:
        if event.info.name == "JinjaLogInfo":
            console.print(Text(event.info.msg), soft_wrap=True)
        elif event.info.level == "error":
            errors.append(event.info.msg)

    arguments = {"customers": customers, "dry_run": dry_run}
    try:
        answer = dbtRunner(callbacks=[tell]).invoke(
            [
                *("--log-level", "none", "--log-path", str(settings.logs)),
                *("run-operation", operation, "--target", settings.target),
                # Not ASCII only: dbt reads YAML, which knows no pairs of surrogates.
                *("--args", json.dumps(arguments, ensure_ascii=False)),
            ]
        )
    finally:
        release(settings)
    if answer.success:
        return
    reason = "; ".join(errors) or str(answer.exception or "no reason given")
    # Where in dbt's macros it was raised is for the log.
    lines = [line for line in reason.splitlines() if not line.lstrip().startswith(">")]
    raise StepFailed(
        " ".join(" ".join(lines).split()),
        way_out=f"dbt's log has the statements: {settings.logs / 'dbt.log'}",
    )
