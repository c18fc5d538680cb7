"""`llm-costs dashboards`: write the Grafana dashboards, or say which are stale."""

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from orchestrate.homes import Route, held_clouds
from orchestrate.routing import reader_route
from orchestrate.settings import read_settings
from orchestrate.steps import StepFailed, show_failure
from orchestrate.terminal import open_console

# Relative to the root like every path here; it is what Git holds.
GENERATED = Path("dashboards/generated")


def dashboards(
    *,
    target: Annotated[
        str | None,
        typer.Option(
            help="Warehouse whose SQL the panels speak (default: LLM_COSTS_TARGET)."
        ),
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option(help="Write them for the warehouses that this customer reads."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit 1 when a file is stale."),
    ] = False,
    out: Annotated[
        Path, typer.Option(help="Folder that gets one folder per warehouse.")
    ] = GENERATED,
) -> None:
    """Write the Grafana dashboards for one warehouse.

    Grafana's file provisioning or its import page takes the JSON from there.

    [bold]Examples[/bold]

      $ llm-costs dashboards
      $ llm-costs dashboards --target postgres
      $ llm-costs dashboards --customer acme  of Phase 1 or Phase 2
      $ llm-costs dashboards --check          in CI
    """
    console = open_console()
    try:
        route = _route(target, customer)
        work = find_stale if check else write_dashboards
        paths = [path for name in route for path in work(name, out)]
        doubles = _shown_twice(route)
    except StepFailed as failure:
        show_failure(console, failure)
        raise typer.Exit(2) from failure
    for path in paths:
        console.print(f"{'stale' if check else 'wrote'} {path}", highlight=False)
    for line in doubles:
        console.print(line, highlight=False, soft_wrap=True)
    if check and paths:
        console.print("Write them anew with `llm-costs dashboards`.")
        raise typer.Exit(1)
    if check:
        console.print("Every dashboard is up to date.")


def write_dashboards(target: str, out: Path) -> list[Path]:
    """Write one target's dashboards and give their paths.

    Args:
        target: Warehouse whose SQL the panels speak.
        out: Folder that gets one folder per warehouse.

    Raises:
        StepFailed: There are no dashboards for this target.
    """
    return list(_build_module(target).build(target, out))


def find_stale(target: str, out: Path) -> list[Path]:
    """Find one target's dashboards that are not what would be written.

    Args:
        target: Warehouse whose SQL the panels speak.
        out: Folder that has one folder per warehouse.

    Raises:
        StepFailed: There are no dashboards for this target.
    """
    return list(_build_module(target).stale(target, out))


def _route(target: str | None, customer: str | None) -> Route:
    if customer is None:
        return {target or read_settings().target: ()}
    if target is not None:
        raise StepFailed(
            "A customer's warehouses follow from its home.",
            way_out="Give --target or --customer, not both.",
        )
    return reader_route(customer, read_settings())


def _shown_twice(route: Route) -> list[str]:
    """Say which clouds a target's dashboards show that are read from another target."""
    homes = {cloud: target for target, clouds in route.items() for cloud in clouds}
    return [
        f"{target} shows {cloud} as well, which is read from {homes[cloud]}: "
        "do not add it up."
        for target in route
        for cloud in held_clouds(target)
        if homes.get(cloud, target) != target
    ]


def _build_module(target: str) -> ModuleType:
    # Imported here: `--help` should not wait for the dashboards' library.
    from dashboards import build  # noqa: PLC0415
    from dashboards.dialects import DIALECTS  # noqa: PLC0415

    if target not in DIALECTS:
        raise StepFailed(
            f"There are no dashboards for the target {target}.",
            way_out=f"Targets: {', '.join(sorted(DIALECTS))}.",
        )
    return build
