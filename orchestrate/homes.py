"""Where a customer's dashboards and chat read: the one place that answers it.

In Phase 1 one warehouse answers for all clouds. In Phase 2 each cloud has its own, for
example LLM_COSTS_PHASE_2=aws=redshift,azure=sqlserver,gcp=bq. While customers move, the
first warehouse still holds every cloud, so a reader of Phase 2 must take from each
target its own clouds only; a route says which.
"""

import os
from typing import Literal, get_args

from orchestrate.steps import StepFailed
from orchestrate.targets import check_target

PHASE_1 = "LLM_COSTS_PHASE_1"
PHASE_2 = "LLM_COSTS_PHASE_2"
EXAMPLE = f"{PHASE_2}=aws=redshift,azure=sqlserver,gcp=bq"

# As the marts write the providers.
PROVIDERS = {"aws": "AWS", "azure": "Azure", "gcp": "GCP"}
# focus: bills of any of them that come as FOCUS files.
CLOUDS = (*PROVIDERS, "focus")

Home = Literal["phase_1", "phase_2"]
HOMES: tuple[Home, ...] = get_args(Home)

# Target -> the clouds that are read from it.
Route = dict[str, tuple[str, ...]]


def phase_1_target() -> str:
    """Return the warehouse that all customers start in.

    Raises:
        StepFailed: The setting names no target.
    """
    return check_target(os.environ.get(PHASE_1) or _current_target())


def phase_2_targets() -> dict[str, str]:
    """Return the warehouse of each cloud in Phase 2, by cloud.

    Raises:
        StepFailed: The setting is missing, or is not one warehouse for each cloud.
    """
    value = os.environ.get(PHASE_2, "").strip()
    if not value:
        raise StepFailed(
            f"{PHASE_2} is not set: it says which warehouse answers for which cloud.",
            way_out=f"For example {EXAMPLE}",
        )
    chosen: dict[str, str] = {}
    for entry in value.split(","):
        cloud, _, target = (part.strip() for part in entry.partition("="))
        if cloud not in CLOUDS or not target:
            raise StepFailed(
                f"{PHASE_2} is '{value}', where '{entry}' is not cloud=target.",
                way_out=f"For example {EXAMPLE}",
            )
        if cloud in chosen:
            raise StepFailed(
                f"{PHASE_2} names two warehouses for {cloud}, so its cost would be "
                "counted twice.",
                way_out=f"For example {EXAMPLE}",
            )
        if cloud not in held_clouds(check_target(target)):
            raise StepFailed(
                f"{PHASE_2} reads {cloud} from {target}, which does not hold it.",
                way_out=(
                    f"Add {cloud} to LLM_COSTS_CLOUDS_{target.upper()}, or name the "
                    "warehouse that has its bills."
                ),
            )
        chosen[cloud] = target
    if missing := [cloud for cloud in _clouds_in_use() if cloud not in chosen]:
        raise StepFailed(
            f"{PHASE_2} says nothing of {', '.join(missing)}, whose cost customers "
            "would miss.",
            way_out=f"For example {EXAMPLE}",
        )
    return chosen


def route(home: Home) -> Route:
    """Return what the reader of a customer with this home reads, and from where.

    Args:
        home: The customer's warehouse_home.

    Raises:
        StepFailed: The settings do not say, or Phase 1 holds a part only.
    """
    if home == "phase_1":
        require_phase_1()
        return {phase_1_target(): tuple(_clouds_in_use())}
    by_cloud = phase_2_targets()
    return {
        target: tuple(cloud for cloud in by_cloud if by_cloud[cloud] == target)
        for target in dict.fromkeys(by_cloud.values())
    }


def require_phase_1() -> None:
    """Refuse Phase 1 once it has given up what Phase 2 reads elsewhere.

    Raises:
        StepFailed: It has.
    """
    if not os.environ.get(PHASE_2, "").strip():
        return
    first = phase_1_target()
    by_cloud = phase_2_targets()
    lost = [cloud for cloud in by_cloud if cloud not in held_clouds(first)]
    if lost:
        read = ", ".join(f"{cloud} from {by_cloud[cloud]}" for cloud in lost)
        raise StepFailed(
            f"Phase 1 ({first}) no longer holds {', '.join(lost)}: who reads there "
            f"misses that cost. Phase 2 reads {read}.",
            way_out=(
                f"To go back, add {', '.join(lost)} to "
                f"LLM_COSTS_CLOUDS_{first.upper()} and run `llm-costs run --targets "
                f"{first}` first."
            ),
        )


def right_targets() -> tuple[str, ...]:
    """Return the warehouses of Phase 2 that are compared with the first one."""
    first = phase_1_target()
    others = tuple(target for target in route("phase_2") if target != first)
    if not others:
        raise StepFailed(
            f"{PHASE_2} names no warehouse beside {first}, so there is nothing to "
            "compare.",
            way_out=f"For example {EXAMPLE}",
        )
    return others


def held_clouds(target: str) -> list[str]:
    """Return the clouds whose bills a target holds.

    Raises:
        StepFailed: The setting names a cloud that does not exist.
    """
    # Imported here: it takes dlt along, and `--help` should not wait for it.
    from extract.config import clouds_of  # noqa: PLC0415
    from extract.errors import ExtractError  # noqa: PLC0415

    try:
        return clouds_of(target)
    except ExtractError as error:
        raise StepFailed(str(error)) from error


def held_providers(target: str) -> set[str]:
    """Return the providers that a target is meant to hold, as the marts write them.

    A bill that comes as FOCUS file may be any provider's, so who holds them is meant to
    hold all: taking one away would take its missing cost for one that is not due.
    """
    clouds = held_clouds(target)
    if "focus" in clouds:
        return set(PROVIDERS.values())
    return {PROVIDERS[cloud] for cloud in clouds}


def kept_providers(target: str) -> set[str]:
    """Return the providers that Phase 2 reads from a target, as the marts write them.

    What it reads from the warehouse of Phase 1 is the same before and after a move.
    """
    if not os.environ.get(PHASE_2, "").strip():
        return set()
    read = [cloud for cloud, home in phase_2_targets().items() if home == target]
    return {PROVIDERS[cloud] for cloud in read if cloud in PROVIDERS}


def _clouds_in_use() -> list[str]:
    return held_clouds(phase_1_target())


def _current_target() -> str:
    from extract.config import target_name  # noqa: PLC0415 - as above
    from extract.errors import ExtractError  # noqa: PLC0415

    try:
        return target_name()
    except ExtractError as error:
        raise StepFailed(str(error)) from error
