"""A server that Redshift's drivers take for Redshift: PostgreSQL behind a thin shim.

    with PostgresServer() as postgres, RedshiftShim(postgres) as server:
        name = server.new_database()

Between client and PostgreSQL it

- drops the start-up parameters that only Redshift knows, and reports its version;
- takes out of statements what only says how Redshift stores a table;
- turns Redshift's own spellings into function calls, and a template database has these
  functions and the system views that dbt asks.

It takes nothing away: what PostgreSQL has and Redshift lacks still works here. That is
for the test of the compiled SQL to find.
"""

import re
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from postgres_server import HOST, PostgresServer

SSL_REQUEST = 80877103
ONLY_REDSHIFT = {
    b"client_protocol_version",
    b"driver_version",
    b"driver_discovery_version",
    b"os_version",
    b"plugin_name",
}
VERSION = b"8.0.2"
TEMPLATE = "redshift_template"
CATALOGUE = Path(__file__).with_name("redshift_catalogue.sql")
CHUNK = 1 << 16
# Linux alone has it.
AT_ONCE: int | None = getattr(socket, "TCP_QUICKACK", None)

# How a table is stored, and views that do not hold on to what they read.
STORAGE = re.compile(
    r"\bdiststyle\s+(?:key|even|all|auto)\b"
    r"|\bdistkey\s*\(\s*\w+\s*\)"
    r"|\b(?:compound\s+|interleaved\s+)?sortkey\s*\([^)]*\)"
    r"|\bbackup\s+no\b"
    r"|\bwith\s+no\s+schema\s+binding\b",
    re.IGNORECASE,
)
CREATE = re.compile(r"\bcreate\s+(?:temporary\s+)?(?:table|view)\b", re.IGNORECASE)
LONGEST_TEXT = re.compile(r"\bvarchar\s*\(\s*max\s*\)", re.IGNORECASE)
DATE_PART = re.compile(r"\b(dateadd|datediff)\s*\(\s*([a-z]+)\s*,", re.IGNORECASE)


def as_postgres(sql: str) -> str:
    """Return a statement of Redshift's as PostgreSQL takes it."""
    if CREATE.search(sql):
        sql = STORAGE.sub("", sql)
    sql = LONGEST_TEXT.sub("varchar(65535)", sql)
    return DATE_PART.sub(r"\1('\2',", sql)


class RedshiftShim:
    """A running shim, and what makes databases for it.

    Attributes:
        port: Where it listens.
        postgres: The server behind it.
    """

    host = HOST

    def __init__(self, postgres: PostgresServer) -> None:
        """Remember the server that stands behind."""
        self.postgres = postgres
        self.port = 0
        self._server: socketserver.ThreadingTCPServer | None = None

    def __enter__(self) -> Self:
        """Make the template and start to listen."""
        # Two shims may stand before one server.
        self.template = f"{TEMPLATE}_{uuid4().hex[:12]}"
        # Redshift sorts text by its bytes.
        self.postgres.execute(
            f"create database {self.template} template template0 "
            "locale_provider libc lc_collate 'C' lc_ctype 'C.UTF-8'"
        )
        catalogue = CATALOGUE.read_text(encoding="utf-8")
        self.postgres.execute(catalogue, database=self.template)
        behind = (self.postgres.host, self.postgres.port)

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                _serve(self.request, behind)

        self._server = socketserver.ThreadingTCPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop to listen."""
        assert self._server
        self._server.shutdown()
        self._server.server_close()

    def new_database(self) -> str:
        """Make an empty database and return its name."""
        name = self.postgres.new_database(f"template {self.template}")
        # A backslash in a literal escapes what follows, as on Redshift.
        for setting in ("standard_conforming_strings", "escape_string_warning"):
            self.postgres.execute(f"alter database {name} set {setting} = off")
        return name

    def environment(self, database: str) -> dict[str, str]:
        """Give the settings that lead llm-costs to a database."""
        return {
            "LLM_COSTS_TARGET": "redshift",
            "LLM_COSTS_REDSHIFT_HOST": self.host,
            "LLM_COSTS_REDSHIFT_PORT": str(self.port),
            "LLM_COSTS_REDSHIFT_USER": self.postgres.user,
            "LLM_COSTS_REDSHIFT_PASSWORD": self.postgres.password,
            "LLM_COSTS_REDSHIFT_DATABASE": database,
            "LLM_COSTS_REDSHIFT_SSLMODE": "disable",
        }


def _serve(client: socket.socket, behind: tuple[str, int]) -> None:
    """Speak with one client until it or the server hangs up."""
    startup = _read_startup(client)
    if startup is None:
        return
    with socket.create_connection(behind) as server:
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.sendall(startup)
        answers = threading.Thread(
            target=_until_closed, args=(_pass_answers, server, client), daemon=True
        )
        answers.start()
        _until_closed(_pass_statements, client, server)
        answers.join()


def _until_closed(
    work: Callable[[socket.socket, socket.socket], None],
    source: socket.socket,
    sink: socket.socket,
) -> None:
    """Pass on what comes, then tell the other side that nothing more will."""
    try:
        work(source, sink)
    except (ConnectionError, OSError):
        pass
    finally:
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def _read_startup(client: socket.socket) -> bytes | None:
    """Read the first packet, and write it anew as PostgreSQL takes it."""
    while True:
        head = _exactly(client, 8)
        if head is None:
            return None
        length, code = struct.unpack("!II", head)
        body = _exactly(client, length - 8) or b""
        if code != SSL_REQUEST:
            break
        client.sendall(b"N")
    parts = body.split(b"\0")
    pairs = zip(parts[0::2], parts[1::2], strict=False)
    kept = [
        part
        for name, value in pairs
        if name and name not in ONLY_REDSHIFT
        for part in (name, value)
    ]
    body = b"\0".join(kept) + b"\0\0"
    return struct.pack("!II", len(body) + 8, code) + body


def _pass_statements(client: socket.socket, server: socket.socket) -> None:
    """Pass on what the client says, with its statements rewritten."""
    while (message := _read_message(client, is_awaited=True)) is not None:
        kind, body = message
        if kind == b"Q":
            body = _rewritten(body[:-1]) + b"\0"
        elif kind == b"P":
            name, statement, rest = body.split(b"\0", 2)
            body = b"\0".join((name, _rewritten(statement), rest))
        server.sendall(kind + struct.pack("!I", len(body) + 4) + body)


def _pass_answers(server: socket.socket, client: socket.socket) -> None:
    """Pass on what the server answers; the version only stands at the beginning."""
    kind = b""
    while kind != b"Z":
        message = _read_message(server)
        if message is None:
            return
        kind, body = message
        if kind == b"S" and body.startswith(b"server_version\0"):
            body = b"server_version\0" + VERSION + b"\0"
        client.sendall(kind + struct.pack("!I", len(body) + 4) + body)
    while data := server.recv(CHUNK):
        client.sendall(data)


def _rewritten(statement: bytes) -> bytes:
    return as_postgres(statement.decode("utf-8")).encode("utf-8")


def _read_message(
    source: socket.socket, *, is_awaited: bool = False
) -> tuple[bytes, bytes] | None:
    head = _exactly(source, 5, is_awaited=is_awaited)
    if head is None:
        return None
    (length,) = struct.unpack("!I", head[1:])
    body = _exactly(source, length - 4, is_awaited=is_awaited)
    return None if body is None else (head[:1], body)


def _exactly(
    source: socket.socket, count: int, *, is_awaited: bool = False
) -> bytes | None:
    """Read so many bytes; none if the other side has hung up.

    Args:
        source: Where from.
        count: How many.
        is_awaited: Whether the other side sends the rest of a long message only when
            it hears that the beginning has come, as Redshift's driver does. The system
            would tell it 40 ms later, and forgets a setting to tell it at once.
    """
    data = bytearray()
    while len(data) < count:
        if is_awaited and AT_ONCE is not None:
            source.setsockopt(socket.IPPROTO_TCP, AT_ONCE, 1)
        part = source.recv(min(CHUNK, count - len(data)))
        if not part:
            return None
        data += part
    return bytes(data)
