"""Destinations: the one module that knows where LLM_COSTS_TARGET leads.

Everything else talks to the warehouse through dlt's pipeline and SQL client; how each
server is reached stands in connections.py.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dlt
import duckdb

from extract.connections import make_destination
from extract.errors import ExtractError, first_line
from extract.memory import bound_memory
from extract.reaching import reaching

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TARGET_VARIABLE = "LLM_COSTS_TARGET"
DUCKDB_PATH_VARIABLE = "LLM_COSTS_DUCKDB_PATH"
DEFAULT_DUCKDB_PATH = "data/llm_costs.duckdb"
LEDGER_DATASET = "raw_ops"
CLOUDS_VARIABLE = "LLM_COSTS_CLOUDS"
DEFAULT_CLOUDS = "aws,azure,gcp"
SOURCES = {
    "aws": "aws_cur",
    "azure": "azure_costs",
    "gcp": "gcp_billing",
    "focus": "focus_costs",
}


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the extractors need to know about a kind of warehouse.

    Attributes:
        destination: Name of the dlt destination.
        money: Type that costs are cast to when the warehouse adds them up.
        is_single_writer: Whether one process at a time can write, so that rows of an
            unfinished load cannot belong to a run that is still going on.
        load_options: How dlt hands rows over, where its own choice is slow.
        has_zoneless_times: Whether a timestamp column takes a time without a zone.
    """

    destination: str
    money: str = "decimal(28, 9)"
    is_single_writer: bool = False
    load_options: Mapping[str, Any] = field(default_factory=dict)
    has_zoneless_times: bool = True


TARGETS = {
    "duckdb": Target(destination="duckdb", is_single_writer=True),
    "postgres": Target(
        destination="postgres", load_options={"loader_file_format": "csv"}
    ),
    "redshift": Target(destination="redshift"),
    # BigQuery's numeric is decimal(38, 9) and takes no smaller literal precision there.
    "bq": Target(destination="bigquery", money="numeric", has_zoneless_times=False),
    "sqlserver": Target(destination="mssql"),
}


def current_target() -> Target:
    """Return the target that LLM_COSTS_TARGET names."""
    return TARGETS[target_name()]


def target_name() -> str:
    """Return the name of the target that LLM_COSTS_TARGET names."""
    name = os.environ.get(TARGET_VARIABLE) or "duckdb"
    if name not in TARGETS:
        raise ExtractError(
            f"{TARGET_VARIABLE}={name} is not a target; "
            f"use one of {', '.join(TARGETS)}."
        )
    return name


def clouds_of(target: str) -> list[str]:
    """Return the clouds whose bills a target holds; dbt builds from the same.

    LLM_COSTS_CLOUDS_<TARGET>, such as LLM_COSTS_CLOUDS_REDSHIFT=aws, goes before
    LLM_COSTS_CLOUDS.

    Raises:
        ExtractError: A setting names a cloud, or a target, that does not exist.
    """
    variable = f"{CLOUDS_VARIABLE}_{target.upper()}"
    _refuse_clouds_of_no_target()
    if not os.environ.get(variable):
        variable = CLOUDS_VARIABLE
    chosen = os.environ.get(variable) or DEFAULT_CLOUDS
    named = [cloud.strip() for cloud in chosen.split(",")]
    if unknown := [cloud for cloud in named if cloud not in SOURCES]:
        raise ExtractError(
            f"{variable} is {chosen!r}, but there is no cloud {unknown[0]!r}: name at "
            f"least one of {', '.join(SOURCES)}, separated by commas."
        )
    return [cloud for cloud in SOURCES if cloud in named]


def _refuse_clouds_of_no_target() -> None:
    """Refuse clouds of BIGQUERY, say: the target is bq, and would go on holding all."""
    known = {f"{CLOUDS_VARIABLE}_{target.upper()}" for target in TARGETS}
    for name in os.environ:
        if name.upper().startswith(f"{CLOUDS_VARIABLE}_") and name not in known:
            raise ExtractError(
                f"{name} is set, but no target is called so: write one of "
                f"{', '.join(sorted(known))}."
            )


def enabled_sources() -> list[str]:
    """Return the sources of the clouds that the current target holds."""
    return [SOURCES[cloud] for cloud in clouds_of(target_name())]


def duckdb_path() -> Path:
    """Return the path of the DuckDB warehouse."""
    return Path(os.environ.get(DUCKDB_PATH_VARIABLE) or DEFAULT_DUCKDB_PATH)


@contextmanager
def open_destination(target: Target) -> Iterator[Any]:
    """Open the dlt destination of a target for the length of a run.

    A DuckDB file is kept open, and so locked, from the first look at the ledger to the
    last delete: two runs cannot interleave, and the second learns it at once.
    """
    if target.destination != "duckdb":
        with reaching(target.destination):
            destination = make_destination(target.destination)
        yield destination
        return
    path = duckdb_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(path))
        bound_memory(connection)
    except (OSError, duckdb.Error) as error:
        raise ExtractError(_cannot_open(path, error)) from error
    try:
        yield dlt.destinations.duckdb(connection)
    finally:
        connection.close()


def _cannot_open(path: Path, error: Exception) -> str:
    reason = first_line(error)
    if "lock" in reason.lower():
        return (
            f"The warehouse {path} is in use by another process (a load, dbt or an "
            f"open SQL shell). Wait for it to end or close it, then run again. "
            f"({reason})"
        )
    return (
        f"The warehouse {path} cannot be opened: {reason} Check the path in "
        f"{DUCKDB_PATH_VARIABLE}, and that it is a DuckDB file."
    )
