"""A running server that speaks TDS, named by LLM_COSTS_TEST_MSSQL.

    mssql://user:password@host:1433/database?encrypt=true&trust_cert=false&backend=pyodbc

The database is to be empty: sample bills are loaded into it. A second run finds them
there and builds anew.
"""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "LLM_COSTS_TEST_MSSQL"
OPTIONS = ("encrypt", "trust_cert", "backend", "driver", "authentication")


def settings(url: str) -> dict[str, str]:
    """Return the environment that leads loads and builds to a server."""
    parts = urlsplit(url)
    options = {name.lower(): value for name, value in parse_qsl(parts.query)}
    if parts.scheme != "mssql" or not parts.hostname or len(parts.path) < 2:
        raise ValueError(
            f"{VARIABLE} is no address of a database: write "
            "mssql://user:password@host:1433/database"
        )
    if unknown := set(options) - set(OPTIONS):
        raise ValueError(
            f"{VARIABLE} has the option {unknown.pop()}: known are {', '.join(OPTIONS)}"
        )
    values = {
        "HOST": parts.hostname,
        "PORT": str(parts.port or 1433),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "DATABASE": unquote(parts.path[1:]),
        **{name.upper(): value for name, value in options.items()},
    }
    return {
        "LLM_COSTS_TARGET": "sqlserver",
        **{f"LLM_COSTS_SQLSERVER_{name}": value for name, value in values.items()},
    }


def rows(query: str) -> list[tuple[Any, ...]]:
    """Ask the server."""
    return list(_rows(query))


def _rows(query: str) -> Iterator[tuple[Any, ...]]:
    # Needed only where there is a server.
    import pyodbc  # noqa: PLC0415

    found = settings(os.environ[VARIABLE])
    value = {
        name: found.get(f"LLM_COSTS_SQLSERVER_{name.upper()}", "")
        for name in ("host", "port", "user", "password", "database", *OPTIONS)
    }
    yes = {"true": "yes", "false": "no"}
    connection = pyodbc.connect(
        f"DRIVER={{{value['driver'] or 'ODBC Driver 18 for SQL Server'}}};"
        f"SERVER={value['host']},{value['port']};DATABASE={value['database']};"
        f"UID={value['user']};PWD={{{value['password'].replace('}', '}}')}}};"
        f"Encrypt={yes.get(value['encrypt'], 'yes')};"
        f"TrustServerCertificate={yes.get(value['trust_cert'], 'no')}"
    )
    with closing(connection):
        yield from (tuple(row) for row in connection.execute(query).fetchall())
