"""The module `pyodbc` as dbt-sqlserver uses it, for the server of tsql_server."""

from __future__ import annotations

import types
from typing import Any

from tsql_server import Error, Rows, Server

ERRORS = ("Error", "DatabaseError", "InterfaceError", "OperationalError")
ERRORS += ("InternalError", "ProgrammingError")


class Cursor:
    """A cursor as dbt-sqlserver uses one."""

    def __init__(self, server: Server) -> None:
        """Keep the server to ask."""
        self._server = server
        self._rows: Rows = []
        self.description: list[Any] | None = None
        self.rowcount = -1

    def execute(self, sql: str, *values: Any) -> Cursor:
        """Run a batch; its parameters come one by one, or as one list."""
        is_list = len(values) == 1 and isinstance(values[0], (list, tuple))
        parameters = values[0] if is_list else values
        self.description, self._rows = self._server.run(sql, parameters)
        self.rowcount = len(self._rows)
        return self

    def fetchall(self) -> Rows:
        """Return the rows that are left."""
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int) -> Rows:
        """Return some of the rows that are left."""
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row."""
        return next(iter(self.fetchmany(1)), None)

    def nextset(self) -> bool:
        """Say that there is no other result."""
        return False

    def close(self) -> None:
        """Do nothing: the server closes itself."""


class Connection:
    """A connection as dbt-sqlserver uses one."""

    autocommit = True

    def __init__(self, server: Server) -> None:
        """Keep the server to ask."""
        self._server = server
        self.timeout = 0

    def cursor(self) -> Cursor:
        """Return a new cursor."""
        return Cursor(self._server)

    def add_output_converter(self, kind: int, convert: Any) -> None:
        """Do nothing: values come as Python's own."""

    def commit(self) -> None:
        """Do nothing: each statement is its own transaction."""

    rollback = close = commit


def driver(server: Server) -> types.ModuleType:
    """Return a module that can be imported as pyodbc."""
    module = types.ModuleType("pyodbc")
    module.__dict__.update(
        dict.fromkeys(ERRORS, Error),
        Connection=Connection,
        connect=lambda *_, **__: Connection(server),
        drivers=lambda: ["ODBC Driver 18 for SQL Server"],
        pooling=True,
        native_uuid=False,
        # What makes the module one of Python's database interfaces.
        apilevel="2.0",
        paramstyle="qmark",
        threadsafety=1,
    )
    return module
