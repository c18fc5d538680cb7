"""`llm-costs grafana`: dashboards, data sources and alerts by Grafana's HTTP API."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrate.dashboards import parts_of_phase_2, require_target
from orchestrate.grafana_api import URL, Refused, by_administrator, by_token
from orchestrate.grafana_contents import make_contents
from orchestrate.grafana_credentials import TenantEntry, read_entries
from orchestrate.grafana_customers import read_customers, read_roles
from orchestrate.grafana_outcomes import Outcomes
from orchestrate.grafana_push import Manner, push
from orchestrate.grafana_tenant_sources import CredentialRefused
from orchestrate.grafana_tenants import contents_for, push_tenant
from orchestrate.settings import MARTS_SCHEMA, read_settings
from orchestrate.steps import StepFailed, show_failure
from orchestrate.terminal import open_console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from dashboards.phase_2 import Part

app = typer.Typer(
    help="Dashboards and alerts in a Grafana that runs already.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be done; change nothing.")
]
Prune = Annotated[
    bool,
    typer.Option(
        "--prune", help="Remove dashboards and rules of ours that are wanted no more."
    ),
]
DailyLimit = Annotated[
    int | None, typer.Option(min=1, help="USD of a day above which an alert fires.")
]
RulesEvery = Annotated[
    str | None,
    typer.Option(
        help="How often rules are judged, as 30m or 6h (default: 1h); it wakes the "
        "warehouse."
    ),
]
Editable = Annotated[
    bool,
    typer.Option(
        "--editable", help="Let people edit rules and contact points in Grafana."
    ),
]


@app.command("push")
def push_command(  # noqa: PLR0913 - options of a command line
    *,
    target: Annotated[
        str | None,
        typer.Option(help="Warehouse that is read (default: LLM_COSTS_TARGET)."),
    ] = None,
    phase_2: Annotated[
        bool,
        typer.Option("--phase-2", help="Phase 2: one warehouse for each cloud."),
    ] = False,
    schema: Annotated[
        str, typer.Option(help="Schema (data set) of the marts.")
    ] = MARTS_SCHEMA,
    daily_limit: DailyLimit = None,
    rules_every: RulesEvery = None,
    dry_run: DryRun = False,
    prune: Prune = False,
    editable: Editable = False,
) -> None:
    """Bring dashboards, data source, alert rules and who is told to Grafana.

    Only what differs is written, and nothing that is not ours. Exits with 1 when
    something was refused.

    [bold]Examples[/bold]

      $ llm-costs grafana push --dry-run
      $ llm-costs grafana push --target bq --daily-limit 2500
      $ llm-costs grafana push --phase-2 --prune
    """
    with told() as (console, outcomes):
        outcomes.is_dry = dry_run
        name, parts = _warehouses(target, is_phase_2=phase_2)
        contents = make_contents(
            name,
            schema=schema,
            parts=parts,
            limit_usd=daily_limit,
            rules_every=rules_every,
        )
        with by_token() as grafana:
            organisation = grafana.call("GET", "/api/org")
            console.print(
                f"Grafana at {grafana.address}, organisation {organisation['name']}:",
                highlight=False,
                markup=False,
            )
            push(grafana, contents, outcomes, Manner(prune=prune, editable=editable))


@app.command("tenants")
def tenants_command(  # noqa: PLR0913 - options of a command line
    customers: Annotated[
        list[str] | None, typer.Argument(help="Ids of customers, as in dim_customers.")
    ] = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Every customer of the file of credentials.")
    ] = False,
    daily_limit: DailyLimit = None,
    rules_every: RulesEvery = None,
    dry_run: DryRun = False,
    prune: Prune = False,
) -> None:
    """Give customers an organisation of Grafana each, that reads its own rows only.

    Organisation, data source with the customer's own credential, its dashboards and
    alert rules, and its viewers. LLM_COSTS_GRAFANA_TENANTS names the file of
    credentials. Needs an administrator of the server: no token knows organisations.

    [bold]Examples[/bold]

      $ llm-costs grafana tenants acme globex --dry-run
      $ llm-costs grafana tenants --all
    """
    with told() as (_, outcomes):
        outcomes.is_dry = dry_run
        if every == bool(customers):
            raise StepFailed(
                "Name customers, or give --all.",
                way_out="`llm-costs migrate status` lists the customers.",
            )
        entries = read_entries()
        wanted = [*entries] if every else [each.lower() for each in customers or ()]
        settings = read_settings()
        known = read_customers(settings)
        if strangers := [each for each in wanted if each not in known]:
            raise StepFailed(
                f"There is no customer {', '.join(strangers)} in the marts.",
                way_out="`llm-costs migrate status` lists them.",
            )
        targets = {each.target for name in wanted for each in known[name].sources}
        require_target(*targets)
        roles = {target: read_roles(target, settings) for target in targets}
        with by_administrator() as grafana:
            for name in wanted:
                entry = entries.get(name, TenantEntry())
                outcomes.of = f"{name}: "
                try:
                    contents = contents_for(
                        known[name], entry, roles, daily_limit, rules_every
                    )
                except CredentialRefused as refusal:
                    outcomes.note("credential", "", "refused", str(refusal))
                    continue
                push_tenant(
                    grafana,
                    known[name].id,
                    entry.viewers,
                    contents,
                    outcomes,
                    Manner(prune=prune),
                )


def _warehouses(
    target: str | None, *, is_phase_2: bool
) -> tuple[str, tuple[Part, ...]]:
    if is_phase_2 and target:
        raise StepFailed(
            "Phase 2 says itself which warehouses are read.",
            way_out="Give one of --target and --phase-2.",
        )
    if is_phase_2:
        return parts_of_phase_2()
    name = target or read_settings().target
    require_target(name)
    return name, ()


def _unanswered(refusal: Refused) -> StepFailed:
    return StepFailed(
        f"Grafana does not say what it has ({refusal.said}).",
        way_out=f"{URL} says where it is, with its path if it has one; the token "
        "is that of a service account with the role Admin.",
    )


@contextmanager
def told() -> Iterator[tuple[Console, Outcomes]]:
    """Give console and outcomes; tell what was done, whatever ends it.

    Exits with 2 when it could not be done, and with 1 when something was refused.
    """
    console = open_console()
    outcomes = Outcomes()
    try:
        yield console, outcomes
    except (StepFailed, Refused) as error:
        if outcomes.found:
            outcomes.show(console)
        # Of one thing it is an outcome; here it was about all of them.
        failure = _unanswered(error) if isinstance(error, Refused) else error
        show_failure(console, failure)
        raise typer.Exit(2) from error
    outcomes.show(console)
    if outcomes.refused:
        raise typer.Exit(1)
