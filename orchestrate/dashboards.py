"""`llm-costs dashboards`: write the Grafana dashboards, or say which are stale."""

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from orchestrate.homes import PROVIDERS, Route, held_clouds, held_providers
from orchestrate.homes import route as phase_route
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
    phase_2: Annotated[
        bool,
        typer.Option(
            "--phase-2", help="Write those of Phase 2: one warehouse for each cloud."
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit 1 when a file is stale."),
    ] = False,
    out: Annotated[
        Path, typer.Option(help="Folder that gets one folder per warehouse.")
    ] = GENERATED,
) -> None:
    """Write the Grafana dashboards for one warehouse, its data source and alert rules.

    Grafana's file provisioning takes them from there, and its import page the JSON.

    [bold]Examples[/bold]

      $ llm-costs dashboards
      $ llm-costs dashboards --target postgres
      $ llm-costs dashboards --customer acme  of Phase 1 or Phase 2
      $ llm-costs dashboards --phase-2        by LLM_COSTS_PHASE_2
      $ llm-costs dashboards --check          in CI
    """
    console = open_console()
    try:
        route = _route(target, customer, is_phase_2=phase_2)
        paths = _work(route, out, is_check=check)
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


def _route(target: str | None, customer: str | None, *, is_phase_2: bool) -> Route:
    if sum([target is not None, customer is not None, is_phase_2]) > 1:
        raise StepFailed(
            "Whose warehouses are meant follows from the target, from the customer's "
            "home or from Phase 2.",
            way_out="Give one of --target, --customer and --phase-2.",
        )
    if is_phase_2:
        return phase_route("phase_2")
    if customer is not None:
        return reader_route(customer, read_settings())
    return {target or read_settings().target: ()}


def _work(route: Route, out: Path, *, is_check: bool) -> list[Path]:
    """Write or check what a route reads: of one warehouse, or of several together."""
    if len(route) == 1:
        return (find_stale if is_check else write_dashboards)(next(iter(route)), out)
    from dashboards import phase_2  # noqa: PLC0415 - as below

    module = _build_module(*route)
    parts = tuple(phase_2.Part(*each) for each in parts_of(route))
    work = module.stale if is_check else module.build
    return list(work(phase_2.FOLDER, out, parts=parts))


def parts_of(route: Route) -> list[tuple[str, tuple[str, ...], bool]]:
    """Say what each warehouse answers for, and whether it holds more than that.

    Bills that come as FOCUS files may be any provider's: their warehouse answers for
    all providers that no other one is named for, and nothing can be kept out of it.

    Args:
        route: Targets, each with the clouds that are read from it.
    """
    named = {cloud for clouds in route.values() for cloud in clouds}
    rest = [name for cloud, name in PROVIDERS.items() if cloud not in named]
    parts = []
    for target, clouds in route.items():
        own = [PROVIDERS[cloud] for cloud in PROVIDERS if cloud in clouds]
        if "focus" in clouds:
            parts.append((target, (*own, *rest), False))
        else:
            parts.append((target, tuple(own), bool(held_providers(target) - {*own})))
    return parts


def _shown_twice(route: Route) -> list[str]:
    """Say what a warehouse of FOCUS files shows that is read from another one."""
    homes = {cloud: target for target, clouds in route.items() for cloud in clouds}
    return [
        f"{target} shows {cloud} as well, which is read from {homes[cloud]}: "
        "do not add it up."
        for target, clouds in route.items()
        if "focus" in clouds
        for cloud in held_clouds(target)
        if homes.get(cloud, target) != target
    ]


def _build_module(*targets: str) -> ModuleType:
    # Imported here: `--help` should not wait for the dashboards' library.
    from dashboards import build  # noqa: PLC0415
    from dashboards.dialects import DIALECTS  # noqa: PLC0415

    for target in targets:
        if target not in DIALECTS:
            raise StepFailed(
                f"There are no dashboards for the target {target}.",
                way_out=f"Targets: {', '.join(sorted(DIALECTS))}.",
            )
    return build
