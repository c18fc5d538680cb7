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
                    return connection.execute(sql, list(parameters)).fetchall()
                finally:
                    timer.cancel()
        except duckdb.InterruptException as error:
            raise WarehouseError(
                f"The question took longer than {self.seconds:g} seconds. Ask for a "
                "shorter period or fewer splits."
            ) from error
        except duckdb.Error as error:
            raise WarehouseError("The warehouse could not answer.") from error
