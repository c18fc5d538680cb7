"""Read the marts of any target.

DuckDB's are read from the serving copy. For the others dbt's own adapter asks, with the
connection that profiles.yml describes, so that no warehouse is configured twice.
Queries aggregate in the warehouse; what comes back is compared or shown.
"""

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

import duckdb

from orchestrate.figures import open_marts, read_rows
from orchestrate.settings import MARTS_SCHEMA, Settings
from orchestrate.steps import StepFailed
from orchestrate.targets import check_target

Row = dict[str, Any]

# Engines in whose literals a backslash escapes.
BACKSLASH = {"bigquery", "redshift"}


class Warehouse(Protocol):
    """An open warehouse."""

    @property
    def target(self) -> str:
        """Name of the target."""

    def mart(self, name: str, *, schema: str | None = None) -> str:
        """Name a mart, or a table of another schema, in the engine's own way."""

    def text(self, value: str) -> str:
        """Write a text as a literal of the engine, whatever it holds."""

    def rows(self, query: str) -> list[Row]:
        """Run a query and give its rows by column name."""


@contextmanager
def open_warehouse(target: str, settings: Settings) -> Iterator[Warehouse]:
    """Open the marts of a target for reading.

    Args:
        target: Name of the target, as in profiles.yml.
        settings: The places of the run.

    Raises:
        StepFailed: It cannot be opened or read.
    """
    check_target(target)
    if target == "duckdb":
        with _duckdb_errors(settings.serving), open_marts(settings.serving) as opened:
            yield _ServingCopy(target=target, connection=opened)
        return
    adapter = _make_adapter(target)
    with _adapter_errors(target), adapter.connection_named("llm_costs_reader"):
        yield _Adapter(target=target, adapter=adapter)


@dataclass(frozen=True, kw_only=True)
class _ServingCopy:
    target: str
    connection: duckdb.DuckDBPyConnection

    def mart(self, name: str, *, schema: str | None = None) -> str:
        return f"{schema or MARTS_SCHEMA}.{name}"

    def text(self, value: str) -> str:
        return quote(value, "duckdb")

    def rows(self, query: str) -> list[Row]:
        return read_rows(self.connection, query)


@dataclass(frozen=True, kw_only=True)
class _Adapter:
    target: str
    adapter: Any

    def mart(self, name: str, *, schema: str | None = None) -> str:
        credentials = self.adapter.config.credentials
        relation = self.adapter.Relation.create(
            database=credentials.database,
            schema=schema or credentials.schema,
            identifier=name,
        )
        return str(relation.render())

    def text(self, value: str) -> str:
        return quote(value, self.adapter.type())

    def rows(self, query: str) -> list[Row]:
        _, table = self.adapter.execute(query, fetch=True)
        names = table.column_names
        return [dict(zip(names, row.values(), strict=True)) for row in table.rows]


def quote(value: str, engine: str) -> str:
    """Write a text as a literal.

    Args:
        value: The text.
        engine: The type of dbt's adapter.
    """
    if engine in BACKSLASH:
        value = value.replace("\\", "\\\\")
    if engine == "bigquery":
        # GoogleSQL takes a doubled quote for two literals, and ends them with the line.
        escaped = value.replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
        return f"'{escaped}'"
    escaped = value.replace("'", "''")
    # Without N, SQL Server reads the text in the database's code page.
    return f"N'{escaped}'" if engine == "sqlserver" else f"'{escaped}'"


@contextmanager
def _duckdb_errors(serving: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise StepFailed(
            f"The serving copy {serving} cannot be read: {error}",
            way_out="`llm-costs run` publishes it anew.",
        ) from error


@contextmanager
def _adapter_errors(target: str) -> Iterator[None]:
    """Turn whatever an adapter, a driver or a cloud's library raises into one failure.

    Each has errors of its own, and one that got through would end a command with 1.
    """
    try:
        yield
    except StepFailed:
        raise
    except Exception as error:
        raise StepFailed(
            f"The marts of {target} cannot be read: {_reason(error)}",
            way_out=(
                f"`dbt debug --target {target}` checks the connection, whose settings "
                f"are {_settings_of(target)}; "
                f"`LLM_COSTS_TARGET={target} llm-costs run` builds the marts."
            ),
        ) from error


def _reason(error: BaseException) -> str:
    # A library that cleans up after a failure may fail at that, which tells nothing.
    while not _is_of_dbt(error) and error.__context__:
        error = error.__context__
    words = " ".join(str(error).split())
    # Of a library's errors the name says more than the words.
    return words if _is_of_dbt(error) else f"{type(error).__name__}: {words}"


def _is_of_dbt(error: BaseException) -> bool:
    return type(error).__module__.startswith("dbt")


def _settings_of(target: str) -> str:
    name = {"bq": "BIGQUERY"}.get(target, target.upper())
    return f"LLM_COSTS_{name}_*"


def _make_adapter(target: str) -> Any:
    """Make dbt's adapter for a target out of profiles.yml."""
    arguments = Namespace(
        project_dir=os.environ.get("DBT_PROJECT_DIR") or ".",
        profiles_dir=os.environ.get("DBT_PROFILES_DIR") or ".",
        profile=None,
        target=target,
        threads=1,
        vars={},
        which="show",
    )
    try:
        # Imported here: dbt takes seconds, for which `--help` should not wait.
        from dbt.adapters.factory import get_adapter, register_adapter  # noqa: PLC0415
        from dbt.config.runtime import RuntimeConfig  # noqa: PLC0415
        from dbt.flags import set_from_args  # noqa: PLC0415
        from dbt_common.context import set_invocation_context  # noqa: PLC0415
        from dbt_common.events.event_manager_client import (  # noqa: PLC0415
            cleanup_event_logger,
        )

        set_invocation_context(os.environ)
        set_from_args(arguments, None)
        # What dbt has to say is in the errors; its log belongs to its own commands.
        cleanup_event_logger()
        config = RuntimeConfig.from_args(arguments)
        register_adapter(config, get_context("spawn"))
        return get_adapter(config)
    except Exception as error:
        raise StepFailed(
            f"dbt cannot connect to the target {target}: {_reason(error)}",
            way_out="Its driver comes with `make setup`; "
            f"`dbt debug --target {target}` checks the connection, whose settings are "
            f"{_settings_of(target)}.",
        ) from error
