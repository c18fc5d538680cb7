"""Readers of servers: what they are allowed, what they keep, and what they say."""

import gc
import types
from pathlib import Path
from typing import Any

import pytest

from chat import data_version, warehouse_servers
from chat.cache import CachedReader
from chat.data_version import DataVersion
from chat.settings import SettingsError, read_chat_settings
from chat.warehouse import WarehouseError
from chat.warehouse_drivers import connection_string, sqlserver_driver
from chat.warehouse_servers import Driver, ServerReader
from chat.warehouse_settings import read_warehouse_settings

READER = {
    "LLM_COSTS_CHAT_WAREHOUSE_USER": "llm_costs_reader",
    "LLM_COSTS_CHAT_WAREHOUSE_PASSWORD": "p;w}d={x",
}


class Failed(Exception):  # noqa: N818 - stands for a driver's error
    """What the driver raises."""


class Server:
    """A driver's module and its connections, in one."""

    Error = Failed

    def __init__(self) -> None:
        """Begin with nothing asked and nothing open."""
        self.said: list[tuple[Any, ...]] = []
        self.opened = 0
        self.closed = 0
        self.rows: list[tuple[Any, ...]] = [(1,)]
        self.failure: Exception | None = None
        self.timeout = 0

    def connect(self, *arguments: Any, **_: Any) -> "Server":
        """Open a connection."""
        self.opened += 1
        self.said.append(arguments)
        return self

    def cursor(self) -> "Cursor":
        """Give a cursor."""
        return Cursor(self)

    def close(self) -> None:
        """Count what is closed."""
        self.closed += 1


class Cursor:
    """A cursor of the server."""

    def __init__(self, server: Server) -> None:
        """Keep the server."""
        self._server = server

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> None:
        """Note what is asked."""
        self._server.said.append((sql, values))
        if self._server.failure:
            raise self._server.failure

    def fetchmany(self, most: int) -> list[tuple[Any, ...]]:
        """Give the rows."""
        return self._server.rows[:most]

    def close(self) -> None:
        """Do nothing: the connection is what counts."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server behind SQL Server's driver."""
    made = Server()
    module = types.ModuleType("pyodbc")
    module.connect = made.connect  # type: ignore[attr-defined]
    module.Error = Failed  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "pyodbc", module)
    return made


def _reader(server: Server) -> ServerReader:
    settings = read_warehouse_settings({**READER, "LLM_COSTS_TARGET": "sqlserver"})
    assert settings.server
    driver = sqlserver_driver(settings.server, settings.seconds)
    return ServerReader(target="sqlserver", driver=driver, seconds=settings.seconds)


def test_sql_server_is_asked_for_reading_and_for_so_long(server: Server) -> None:
    """A replica for readers is there to be used, and a query must end."""
    assert _reader(server).read("select ?", ("x",)) == [(1,)]

    (connected,), (sql, values) = server.said
    assert "ApplicationIntent={ReadOnly}" in connected
    assert server.timeout == 20
    assert (sql, values) == ("select ?", ("x",))


def test_a_password_cannot_change_the_connection() -> None:
    """What is not quoted in it would be read as settings."""
    settings = read_warehouse_settings({**READER, "LLM_COSTS_TARGET": "sqlserver"})
    assert settings.server

    assert "PWD={p;w}}d={x};" in connection_string(settings.server)


def test_connections_are_kept_but_not_those_that_failed(server: Server) -> None:
    """Signing in at each question takes longer than the question."""
    reader = _reader(server)
    for _ in range(3):
        reader.read("select 1", ())
    assert (server.opened, server.closed) == (1, 0)

    server.failure = Failed("42000", "secret_table of globex")
    with pytest.raises(WarehouseError) as caught:
        reader.read("select 2", ())
    server.failure = None
    reader.read("select 3", ())

    assert "secret_table" not in str(caught.value)
    assert (server.opened, server.closed) == (2, 1)


def test_kept_connections_are_closed_with_their_reader(server: Server) -> None:
    """A server counts sessions that nobody uses any more."""
    reader = _reader(server)
    reader.read("select 1", ())
    assert (server.opened, server.closed) == (1, 0)

    del reader
    gc.collect()
    assert (server.opened, server.closed) == (1, 1)


def test_a_statement_that_takes_too_long_is_told_so(server: Server) -> None:
    """Asked for less, it would have been answered."""
    server.failure = Failed("HYT00", "Query timeout expired")

    with pytest.raises(WarehouseError, match="longer than 20 seconds"):
        _reader(server).read("select 1", ())


def test_more_rows_than_can_be_shown_are_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would fill the memory of everybody's process."""
    monkeypatch.setattr(warehouse_servers, "MOST_ROWS_READ", 2)
    server.rows = [(1,), (2,), (3,)]

    with pytest.raises(WarehouseError, match="Ask for less"):
        _reader(server).read("select 1", ())


def test_answers_are_kept_until_a_load_has_landed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An answer of yesterday's data, after the load, is wrong."""
    server = Server()
    driver = Driver(connect=server.connect, error=Failed, is_timeout=lambda _: False)
    clock = [1_000.0]
    monkeypatch.setattr(
        data_version, "time", types.SimpleNamespace(monotonic=lambda: clock[0])
    )
    reader = CachedReader(ServerReader(target="postgres", driver=driver, seconds=1))

    def asked() -> int:
        before = len(server.said)
        reader.read("select sum(cost_usd) from x", ())
        return sum("sum(cost_usd)" in str(one) for one in server.said[before:])

    assert [asked(), asked()] == [1, 0]
    server.rows = [("2026-11-21 06:00", 4)]
    assert asked() == 0
    clock[0] += data_version.LOOK_SECONDS + 1
    assert [asked(), asked()] == [1, 0]
    # What was answered while the marts were being made does not stay for a day.
    clock[0] += data_version.KEEP_SECONDS
    assert asked() == 1
    assert DataVersion(reader).read() == DataVersion(reader).read()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"LLM_COSTS_CHAT_TARGET": "oracle"}, "LLM_COSTS_CHAT_TARGET is 'oracle'"),
        ({"LLM_COSTS_TARGET": "postgres"}, "LLM_COSTS_CHAT_WAREHOUSE_USER is not set"),
        (
            {**READER, "LLM_COSTS_TARGET": "redshift", "LLM_COSTS_REDSHIFT_PORT": "x"},
            "LLM_COSTS_REDSHIFT_PORT",
        ),
        (
            {
                **READER,
                "LLM_COSTS_TARGET": "postgres",
                "LLM_COSTS_POSTGRES_SSLMODE": "maybe",
            },
            "LLM_COSTS_POSTGRES_SSLMODE",
        ),
        ({"LLM_COSTS_TARGET": "bq"}, "LLM_COSTS_BIGQUERY_PROJECT is not set"),
        ({"LLM_COSTS_CHAT_STATEMENT_SECONDS": "0"}, "no number from 1"),
        (
            {
                "LLM_COSTS_TARGET": "bq",
                "LLM_COSTS_BIGQUERY_PROJECT": "p",
                "LLM_COSTS_CHAT_MAXIMUM_BYTES_BILLED": "all",
            },
            "LLM_COSTS_CHAT_MAXIMUM_BYTES_BILLED",
        ),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(given: dict[str, str], told: str) -> None:
    """Told by the first question, it would be told to a customer."""
    with pytest.raises(SettingsError, match=told):
        read_warehouse_settings(given)
    with pytest.raises(SettingsError, match=told):
        read_chat_settings({"LLM_COSTS_CHAT_SECRET": "s" * 32, **given})


def test_each_warehouse_may_have_a_reader_of_its_own() -> None:
    """Two servers seldom know the same role."""
    settings = read_warehouse_settings(
        {**READER, "LLM_COSTS_CHAT_WAREHOUSE_USER_REDSHIFT": "red_reader"},
        target="redshift",
    )

    assert settings.server
    assert settings.server.user == "red_reader"
    assert settings.server.password == READER["LLM_COSTS_CHAT_WAREHOUSE_PASSWORD"]
    assert read_warehouse_settings({}).serving == Path("data/serving/llm_costs.duckdb")
