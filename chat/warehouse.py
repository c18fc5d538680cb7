"""Reading the marts, and nothing else.

A reader runs compiled statements only. On DuckDB it opens the published serving copy
read-only, with everything switched off by which a statement could leave the file.
The copy stays open until another one is published: to open it takes longer than most
statements.
"""

from __future__ import annotations

import atexit
import logging
import threading
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from chat.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chat.parameters import Parameter

logger = logging.getLogger(__name__)

SECONDS = 20.0
# More than any question may ask for; vocabularies of a large company are smaller.
MOST_ROWS_READ = 200_000
MEMORY = "1GB"
SWITCHED_OFF: dict[str, str | bool] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": MEMORY,
}
# The name of the attached copy.
COPY = "serving_copy"


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


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    """Attach a copy to a database of its own in memory.

    Opened by its path, a copy would be the one that stood there before for as long as a
    statement still read that one: a process has one database for each path.
    """
    connection = duckdb.connect(":memory:", config={**SWITCHED_OFF})
    quoted = str(path).replace("'", "''")
    connection.execute(f"attach '{quoted}' as {COPY} (read_only)")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


_TO_CLOSE: weakref.WeakSet[_Opened] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for one in _TO_CLOSE:
        if one.connection is not None:
            one.connection.close()
            one.connection = None


@dataclass(eq=False)
class _Opened:
    """The copy that is open, if any, and its version."""

    version: str = ""
    connection: duckdb.DuckDBPyConnection | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Be closed when the process ends, before the library is taken down."""
        _TO_CLOSE.add(self)

    def cursor(self, path: Path, version: str) -> duckdb.DuckDBPyConnection:
        """Give a connection of its own to the copy of a version."""
        with self.lock:
            if self.connection is None or self.version != version:
                # Whatever still reads the copy before holds it until it has ended.
                self.connection, self.version = _open(path), version
            cursor = self.connection.cursor()
        cursor.execute(f"use {COPY}")
        return cursor


@dataclass(frozen=True, kw_only=True)
class DuckDBReader:
    """The serving copy of the DuckDB warehouse.

    Each statement reads the file that stands at the path then: a newly published copy
    is opened at once and the old one is let go.

    Attributes:
        path: Serving copy.
        seconds: Longest that a statement may take.
    """

    path: Path
    seconds: float = SECONDS
    target: str = "duckdb"
    _opened: _Opened = field(
        default_factory=_Opened, init=False, repr=False, compare=False
    )

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
            # Whoever asks need not know where files are on this machine.
            logger.error("LLM_COSTS_SERVING_PATH: there is no %s.", self.path)
            raise WarehouseError(
                "There are no published figures. `llm-costs run` or `llm-costs demo` "
                "publishes them; LLM_COSTS_SERVING_PATH says where."
            )
        try:
            with self._opened.cursor(self.path, self.version) as connection:
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
