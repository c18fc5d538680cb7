"""A private PostgreSQL server: on a free port, stopped and forgotten at the end.

    with PostgresServer() as server:
        name = server.new_database()
        server.execute("create table t (x int)", database=name)

Works as root, too, where PostgreSQL itself refuses to run: the server then belongs to
the user postgres, or nobody. Nothing of it survives, so it may lose data when the
machine fails, which makes it fast.
"""

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg2
import psycopg2.extensions

INSTALL = "apt-get install postgresql (or brew install postgresql)"
# Where packages put the programs that are not on the PATH.
FOLDERS = ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql*/bin")
ROOT = Path("/")
HOST = "127.0.0.1"
START_SECONDS = 60
# Sorted as people do, like most servers: what relies on the order of bytes must say so.
CLUSTER = (
    "--username=postgres",
    "--auth=md5",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=icu",
    "--icu-locale=en-US",
    "--no-sync",
)
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    # The shim for Redshift needs it, whose driver knows no newer way.
    "password_encryption": "md5",
    "timezone": "Europe/Berlin",  # what relies on the session's zone must say so
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "jit": "off",  # compiles longer than small queries run
}


class PostgresServer:
    """A running server.

    Attributes:
        host: Where it listens.
        port: Its port.
        user: Name of its superuser.
        password: The superuser's password.
    """

    host = HOST
    user = "postgres"
    password = "postgres"

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """Remember settings of postgresql.conf beside the usual ones."""
        self.port = 0
        self._settings = {**SETTINGS, **(settings or {})}
        self._binaries = find_binaries()
        self._owner = _owner()
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        """Make the cluster and start the server."""
        self._folder = Path(tempfile.mkdtemp(prefix="llm-costs-postgres-"))
        try:
            self._make_cluster()
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server and delete the cluster."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # disconnects whoever is there
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """Give the address of a database, superuser and password included."""
        return (
            f"postgresql://{self.user}:{self.password}"
            f"@{self.host}:{self.port}/{database}"
        )

    def environment(self, database: str) -> dict[str, str]:
        """Give the settings that lead llm-costs to a database."""
        return {
            "LLM_COSTS_TARGET": "postgres",
            "LLM_COSTS_POSTGRES_HOST": self.host,
            "LLM_COSTS_POSTGRES_PORT": str(self.port),
            "LLM_COSTS_POSTGRES_USER": self.user,
            "LLM_COSTS_POSTGRES_PASSWORD": self.password,
            "LLM_COSTS_POSTGRES_DATABASE": database,
        }

    def new_database(self, options: str = "") -> str:
        """Make an empty database and return its name.

        Args:
            options: More of `create database`, such as "template template0 ...".
        """
        name = f"test_{next(self._numbers)}"
        self.execute(f"create database {name} {options}")
        return name

    def connect(
        self, database: str = "postgres", **changes: str
    ) -> psycopg2.extensions.connection:
        """Connect as the superuser, or as `user` with `password`; commits by itself."""
        connection = psycopg2.connect(
            host=self.host,
            port=self.port,
            dbname=database,
            **{"user": self.user, "password": self.password, **changes},
        )
        connection.autocommit = True
        return connection

    def execute(
        self,
        sql: str,
        parameters: Sequence[Any] | None = None,
        *,
        database: str = "postgres",
        **changes: str,
    ) -> list[tuple[Any, ...]]:
        """Execute a statement as `connect` connects; return its rows, if any."""
        connection = self.connect(database, **changes)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def _make_cluster(self) -> None:
        password = self._folder / "password"
        password.write_text(self.password, encoding="utf-8")
        if self._owner:
            for path in (self._folder, password):
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
        done = subprocess.run(
            [
                str(self._binaries / "initdb"),
                f"--pgdata={self._folder / 'data'}",
                f"--pwfile={password}",
                *CLUSTER,
            ],
            capture_output=True,
            text=True,
            check=False,
            **self._as_owner(),
        )
        if done.returncode != 0:
            raise AssertionError(f"initdb failed:\n{done.stdout}\n{done.stderr}")

    def _start(self) -> None:
        """Start the server; on another port when someone else takes the first one."""
        for _ in range(5):
            self.port = _free_port()
            log = self._folder / "log"
            with log.open("wb") as output:
                self._process = subprocess.Popen(
                    [
                        str(self._binaries / "postgres"),
                        *("-D", str(self._folder / "data"), "-p", str(self.port)),
                        *(f"--{name}={text}" for name, text in self._settings.items()),
                    ],
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    **self._as_owner(),
                )
            if self._is_up():
                return
        words = log.read_text(encoding="utf-8", errors="replace")
        raise AssertionError(f"PostgreSQL did not start:\n{words}")

    def _is_up(self) -> bool:
        """Wait until the server answers; false if it has ended or says nothing."""
        assert self._process
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                self.connect().close()
            except psycopg2.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False

    def _as_owner(self) -> dict[str, Any]:
        """Give what starts a process as the cluster's owner, and where he may be."""
        if not self._owner:
            return {"cwd": self._folder}
        return {
            "cwd": self._folder,
            "user": self._owner.pw_uid,
            "group": self._owner.pw_gid,
            "extra_groups": [],
        }


def find_binaries() -> Path:
    """Return the folder of the newest PostgreSQL; fail with what to install."""
    folders = [
        found.parent for pattern in FOLDERS for found in ROOT.glob(f"{pattern}/initdb")
    ]
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    if not folders:
        raise AssertionError(f"PostgreSQL is missing, which this test needs: {INSTALL}")
    return max(folders, key=_version)


def _version(folder: Path) -> float:
    """Return the version that the path names, such as .../15/bin."""
    digits = "".join(c for c in folder.parent.name if c.isdigit() or c == ".")
    return float(digits or 0)


def _owner() -> pwd.struct_passwd | None:
    """Return who the server has to run as; none if as whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
