"""Opening the store, and bringing its tables up to date."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from chat.store.settings import DEFAULT_URL, IN_MEMORY, URL_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy.engine import URL, Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"
KINDS = {"sqlite", "postgresql"}
BUSY_SECONDS = 10
CONNECT_SECONDS = 10
# One number of our own: two replicas that start together must not both migrate.
LOCK = 7_264_811


class StoreError(RuntimeError):
    """The store cannot be opened; the message says which setting leads to it."""


class Store:
    """The database that the chat writes to; the warehouse is never among them."""

    def __init__(self, url: str = IN_MEMORY) -> None:
        """Prepare an address; nothing is connected yet.

        Args:
            url: Of SQLite or PostgreSQL, as SQLAlchemy writes it.

        Raises:
            StoreError: It is of neither.
        """
        self._url = _read_url(url)
        self.engine = _make_engine(self._url)
        # In memory all threads share one connection, so one transaction at a time.
        self._turn: AbstractContextManager[Any] = (
            nullcontext() if self._url.database else RLock()
        )

    @property
    def is_there(self) -> bool:
        """Whether there is a store already: a file, or the tables on a server."""
        path = self._url.database
        if self._url.get_backend_name() == "sqlite":
            return bool(path) and Path(str(path)).is_file()
        with self.connection() as connection:
            return inspect(connection).has_table("alembic_version")

    def migrate(self) -> None:
        """Make the tables, or change them to what this version needs.

        Raises:
            StoreError: The store cannot be reached or changed.
        """
        if self._url.get_backend_name() == "sqlite" and self._url.database:
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        with self.connection() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Open a transaction below the tables' level."""
        try:
            with self._turn, self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._failure(error) from error

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a transaction; it is kept when the block ends well."""
        try:
            with self._turn, Session(self.engine) as session, session.begin():
                yield session
        except SQLAlchemyError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _failure(self, error: SQLAlchemyError) -> StoreError:
        # A driver's words may hold the values of a statement; its first line does not.
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        where = self._url.render_as_string(hide_password=True)
        return StoreError(f"The chat's store {where} ({URL_VARIABLE}): {reason}")


def _read_url(url: str) -> URL:
    try:
        read = make_url(url)
    except ArgumentError as error:
        # Not the address itself: it may hold a password.
        raise StoreError(f"{URL_VARIABLE} is no database address.") from error
    if read.get_backend_name() not in KINDS:
        raise StoreError(
            f"{URL_VARIABLE} names {read.get_backend_name()!r}: the store is SQLite "
            f"({DEFAULT_URL}) or PostgreSQL (postgresql://user@host/name)."
        )
    if read.drivername == "postgresql":
        # The driver that dbt and dlt bring; what is the default depends on the version.
        return read.set(drivername="postgresql+psycopg2")
    return read


def _make_engine(url: URL) -> Engine:
    options: dict[str, Any] = {}
    is_sqlite = url.get_backend_name() == "sqlite"
    if not is_sqlite:
        options["connect_args"] = {"connect_timeout": CONNECT_SECONDS}
        # A server may have closed a connection that was kept.
        options["pool_pre_ping"] = True
    elif not url.database:
        # One connection for all threads: another one would be another, empty store.
        options = {
            "poolclass": StaticPool,
            "connect_args": {"check_same_thread": False},
        }
    else:
        options["connect_args"] = {"timeout": BUSY_SECONDS}
    try:
        engine = create_engine(url, **options)
    except (ImportError, NoSuchModuleError) as error:
        raise StoreError(
            f"{URL_VARIABLE} needs a driver that is not installed ({error}); "
            "`pip install llm-costs[postgres]` brings it."
        ) from error
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    """Switch on what SQLite leaves off: foreign keys, and readers beside a writer."""
    for setting in ("foreign_keys = on", "journal_mode = wal", "synchronous = normal"):
        connection.execute(f"pragma {setting}")
