"""Reading the marts, and nothing else.

A reader runs compiled statements only. On DuckDB it opens the published serving copy
read-only, with everything switched off by which a statement could leave the file.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from chat.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chat.parameters import Parameter

SECONDS = 20.0
# More than any question may ask for; vocabularies of a large company are smaller.
MOST_ROWS_READ = 200_000
MEMORY = "1GB"
# Given when the file is opened: two statements at a time share one database, and what
# the first of them has locked the second could not set any more.
LOCKED: dict[str, str | bool] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": MEMORY,
    "lock_configuration": True,
}


class WarehouseError(QueryError):
    """The warehouse could not answer; what it said stays in the log."""


def check_reads(sql: str) -> None:
    """Refuse what is no query: not every warehouse has sessions that may only read.

    Raises:
        WarehouseError: It is none, or more than one statement.
    """
    if sql.split(maxsplit=1)[0].lower() not in {"select", "with"} or ";" in sql:
        raise WarehouseError("Only single queries are run here.")


def too_slow(seconds: float) -> WarehouseError:
    """Give the error of a statement that took too long."""
    return WarehouseError(
        f"The question took longer than {seconds:g} seconds. Ask for a shorter period "
        "or fewer splits."
    )


def too_many() -> WarehouseError:
    """Give the error of a statement that gave too much."""
    return WarehouseError(f"That is more than {MOST_ROWS_READ:,} rows. Ask for less.")


class Reader(Protocol):
    """Runs a compiled statement."""

    @property
    def target(self) -> str:
        """The dbt target, by whose dialect statements are compiled."""
        ...

    @property
    def version(self) -> str:
        """What changes with the data, for caches."""
        ...

    def read(self, sql: str, parameters: Sequence[Parameter]) -> list[tuple[Any, ...]]:
        """Give the rows."""
        ...


@dataclass(frozen=True, kw_only=True)
class DuckDBReader:
    """The serving copy of the DuckDB warehouse.

    Each statement opens the file that stands at the path then, so that a newly
    published copy is read at once and an old one is let go.

    Attributes:
        path: Serving copy.
        seconds: Longest that a statement may take.
    """

    path: Path
    seconds: float = SECONDS
    target: str = "duckdb"

    @property
    def version(self) -> str:
        """The copy's identity: it is replaced as a whole."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return "none"
        return f"{found.st_ino}-{found.st_mtime_ns}-{found.st_size}"

    def read(self, sql: str, parameters: Sequence[Parameter]) -> list[tuple[Any, ...]]:
        """Give the rows.

        Raises:
            WarehouseError: There is no copy, or the statement failed or took too long.
        """
        if not self.path.is_file():
            raise WarehouseError(
                f"There are no published figures at {self.path}. `llm-costs run` or "
                "`llm-costs demo` publishes them; LLM_COSTS_SERVING_PATH says where."
            )
        try:
            with duckdb.connect(
                str(self.path), read_only=True, config={**LOCKED}
            ) as connection:
                timer = threading.Timer(self.seconds, connection.interrupt)
                timer.start()
                try:
                    found = connection.execute(sql, list(parameters))
                    rows = found.fetchmany(MOST_ROWS_READ + 1)
                finally:
                    timer.cancel()
        except duckdb.InterruptException as error:
            raise too_slow(self.seconds) from error
        except duckdb.Error as error:
            raise WarehouseError("The warehouse could not answer.") from error
        if len(rows) > MOST_ROWS_READ:
            raise too_many()
        return rows
