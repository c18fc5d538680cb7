"""`llm-costs dashboards`: write the Grafana dashboards, or say which are stale."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrate.homes import Route, held_clouds
from orchestrate.homes import route as phase_route
from orchestrate.routing import ReaderSource, reader_route, sources_of
from orchestrate.settings import read_settings
from orchestrate.steps import StepFailed, show_failure
from orchestrate.terminal import open_console

if TYPE_CHECKING:
    from types import ModuleType

    from dashboards.phase_2 import Part

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
    work = module.stale if is_check else module.build
    return list(work(phase_2.FOLDER, out, parts=parts_of(sources_of(route))))


def parts_of(sources: tuple[ReaderSource, ...]) -> tuple[Part, ...]:
    """Give what a reader asks in the dashboards' words: a part for each warehouse.

    FOCUS files may hold providers that nobody named: nothing is kept out of these.

    Args:
        sources: The warehouses that it asks.
    """
    from dashboards.phase_2 import Part  # noqa: PLC0415 - as below

    return tuple(
        Part(
            each.target,
            each.providers,
            is_shared=each.is_shared and "focus" not in each.clouds,
        )
        for each in sources
    )


def parts_of_phase_2() -> tuple[str, tuple[Part, ...]]:
    """Give the folder of Phase 2's dashboards and its warehouses.

    Raises:
        StepFailed: The settings do not say which they are.
    """
    from dashboards import phase_2  # noqa: PLC0415 - as below

    sources = sources_of(phase_route("phase_2"))
    if len(sources) == 1:
        return sources[0].target, ()
    require_target(*(each.target for each in sources))
    return phase_2.FOLDER, parts_of(sources)


def require_target(*targets: str) -> None:
    """Refuse a target that has no dashboards.

    Args:
        targets: dbt targets.

    Raises:
        StepFailed: There are none for one of them.
    """
    _build_module(*targets)


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
