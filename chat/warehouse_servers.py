"""Reading the marts of PostgreSQL, Redshift and SQL Server, and nothing else.

Each statement runs in a transaction that may only read, as a role that may only read
the marts, for so long and for so many rows. Connections are kept: signing in to a
server takes longer than most questions.
"""

from __future__ import annotations

import logging
import threading
import weakref
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chat.data_version import DataVersion
from chat.warehouse import (
    MOST_ROWS_READ,
    WarehouseError,
    check_reads,
    too_many,
    too_slow,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chat.parameters import Parameter

MOST_KEPT = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Driver:
    """What differs between the servers' drivers.

    Attributes:
        connect: Opens a connection that commits by itself.
        error: The base of its errors.
        is_timeout: Whether an error says that a statement took too long.
        begin: Begins a transaction that may only read.
        end: Ends it.
    """

    connect: Callable[[], Any]
    error: type[Exception]
    is_timeout: Callable[[Exception], bool]
    begin: str = ""
    end: str = ""


@dataclass(kw_only=True)
class ServerReader:
    """The marts on a server.

    Attributes:
        target: The dbt target.
        driver: How it is reached.
        seconds: Longest that a statement may take; the driver sees to it.
    """

    target: str
    driver: Driver
    seconds: float
    _idle: list[Any] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Remember which data there is."""
        self._version = DataVersion(self)
        # A driver in Python leaves its sockets open otherwise.
        weakref.finalize(self, _close, self._idle)

    @property
    def version(self) -> str:
        """What changes with the data."""
        return self._version.read()

    def read(self, sql: str, parameters: Sequence[Parameter]) -> list[tuple[Any, ...]]:
        """Give the rows.

        Raises:
            WarehouseError: The statement failed, took too long or gave too much.
        """
        check_reads(sql)
        try:
            with self._connection() as connection:
                rows = self._rows(connection, sql, parameters)
        except self.driver.error as error:
            if self.driver.is_timeout(error):
                raise too_slow(self.seconds) from error
            logger.exception("%s could not answer.", self.target)
            raise WarehouseError("The warehouse could not answer.") from error
        if len(rows) > MOST_ROWS_READ:
            raise too_many()
        return [tuple(row) for row in rows]

    def _rows(
        self, connection: Any, sql: str, parameters: Sequence[Parameter]
    ) -> list[Any]:
        cursor = connection.cursor()
        try:
            if self.driver.begin:
                cursor.execute(self.driver.begin)
            # A driver takes doubled percent signs for single ones only with values.
            cursor.execute(sql, tuple(parameters))
            rows = list(cursor.fetchmany(MOST_ROWS_READ + 1))
            if self.driver.end:
                cursor.execute(self.driver.end)
        finally:
            cursor.close()
        return rows

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        is_kept = connection is not None
        connection = connection or self.driver.connect()
        try:
            yield connection
        except BaseException:
            # Whatever state it is in, nobody else gets it.
            with suppress(Exception):
                connection.close()
            if is_kept:
                # The others are as old: a server that was restarted has forgotten all.
                self._forget()
            raise
        with self._lock:
            if len(self._idle) < MOST_KEPT:
                self._idle.append(connection)
                return
        connection.close()

    def _forget(self) -> None:
        with self._lock:
            _close(self._idle)


def _close(connections: list[Any]) -> None:
    while connections:
        with suppress(Exception):
            connections.pop().close()
