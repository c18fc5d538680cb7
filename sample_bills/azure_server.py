"""A Cost Management Query API on this machine, over the sample company's Azure bill.

`python -m sample_bills.azure_server data/sample_bills/azure --port 8099`

It listens on 127.0.0.1 only and asks for no credentials. Paging, refusals and limits
are those of the real API, so that a loader can be tested against them.
"""

import argparse
import base64
import json
import sys
import threading
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from rich.console import Console

from sample_bills.azure_dimensions import DIMENSIONS, LEGACY_DIMENSIONS
from sample_bills.azure_query import Answer, answer_query
from sample_bills.azure_query_checks import QueryError, Rules

PROVIDER = "/providers/microsoft.costmanagement/query"
API_VERSION_OF_LINKS = "2021-10-01"
DEFAULT_PAGE = 1000
LARGEST_PAGE = 5000
RATE = "x-ms-ratelimit-microsoft.costmanagement"


@dataclass(slots=True)
class ServerState:
    """What the server answers from, and how it is told to misbehave."""

    folder: Path
    rules: Rules
    throttled: frozenset[int]
    retry_after: int
    requests: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count_request(self) -> int:
        """Count a request and give its number, from 1."""
        with self.lock:
            self.requests += 1
            return self.requests


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, state: ServerState) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.state = state

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a caller who hung up; other errors are shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # Headers and body go out by themselves; the second would wait for the first.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        state = self.server.state
        if state.count_request() in state.throttled:
            self._send_throttled(state.retry_after)
            return
        try:
            self._answer(body)
        except QueryError as error:
            self._send_error(error.status, error.code, str(error))

    def _answer(self, body: bytes) -> None:
        url = urlsplit(self.path)
        options = parse_qs(url.query)
        path = url.path.strip("/")
        if not f"/{path}".lower().endswith(PROVIDER):
            raise QueryError(
                f"The resource '{url.path}' was not found.",
                "NotFound",
                HTTPStatus.NOT_FOUND,
            )
        if "api-version" not in options:
            raise QueryError(
                "The api-version query parameter (?api-version=) is required for all"
                " requests.",
                "MissingApiVersionParameter",
            )
        scope = path[: len(path) + 1 - len(PROVIDER)].strip("/")
        state = self.server.state
        if ".." in scope or not (state.folder / scope / "query").is_dir():
            raise QueryError(
                f"The subscription '{scope.rpartition('/')[2]}' could not be found.",
                "SubscriptionNotFound",
                HTTPStatus.NOT_FOUND,
            )
        try:
            query = json.loads(body)
        except ValueError:
            raise QueryError(
                "Invalid query definition: the body is not JSON."
            ) from None
        offset, size = _read_page(options)
        answer = answer_query(state.folder, scope, query, state.rules)
        if not answer.rows:
            self._send(HTTPStatus.NO_CONTENT, None)
            return
        base = f"{self.server.base_url}/{scope}/providers/Microsoft.CostManagement"
        self._send(HTTPStatus.OK, _show_page(answer, scope, base, offset, size))

    def _send_error(self, status: int, code: str, message: str) -> None:
        self._send(status, {"error": {"code": code, "message": message}})

    def _send_throttled(self, seconds: int) -> None:
        body = {"error": {"code": "429", "message": "Too many requests. Please retry."}}
        headers = {
            f"{RATE}-qpu-retry-after": str(seconds),
            f"{RATE}-entity-retry-after": str(seconds),
            f"{RATE}-qpu-remaining": "QueriesPerMin:0,QueriesPer10Sec:0",
        }
        self._send(HTTPStatus.TOO_MANY_REQUESTS, body, headers)

    def _send(
        self,
        status: int,
        body: dict[str, Any] | None,
        headers: dict[str, str] | None = None,
    ) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {f"{RATE}-qpu-consumed": "1"}).items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent: a loader's output is not mixed with the server's."""


@contextmanager
def serve(  # noqa: PLR0913 - the settings all have defaults and names
    folder: Path,
    port: int = 0,
    *,
    throttled: Collection[int] = (),
    retry_after: int = 1,
    most_groupings: int | None = None,
    is_legacy: bool = False,
) -> Iterator[str]:
    """Serve a folder of recorded answers while the context lasts.

    Args:
        folder: The folder that holds `subscriptions/…/query/…/page-0001.json`.
        port: The port; 0 takes a free one.
        throttled: The numbers of the requests, from 1, that are answered with 429.
        retry_after: The seconds that a 429 asks to wait.
        most_groupings: Refuse queries with more groupings.
        is_legacy: Know the dimensions of EA subscriptions, without UnitOfMeasure.

    Yields:
        The base URL to use in place of https://management.azure.com.
    """
    rules = Rules(LEGACY_DIMENSIONS if is_legacy else DIMENSIONS, most_groupings)
    server = _Server(
        port, ServerState(folder, rules, frozenset(throttled), retry_after)
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.base_url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _read_page(options: dict[str, list[str]]) -> tuple[int, int]:
    token = options.get("$skiptoken")
    try:
        if token:
            offset, size = json.loads(base64.urlsafe_b64decode(token[0]))
            return int(offset), int(size)
        size = int(options.get("$top", [str(DEFAULT_PAGE)])[0])
    except ValueError:
        raise QueryError("Invalid $skiptoken or $top.") from None
    if not 1 <= size <= LARGEST_PAGE:
        raise QueryError(f"Invalid $top: it must be from 1 to {LARGEST_PAGE}.")
    return 0, size


def _show_page(
    answer: Answer, scope: str, base: str, offset: int, size: int
) -> dict[str, Any]:
    name = str(uuid.uuid4())
    link = None
    if offset + size < len(answer.rows):
        place = json.dumps([offset + size, size]).encode()
        token = quote(base64.urlsafe_b64encode(place).decode())
        link = f"{base}/Query?api-version={API_VERSION_OF_LINKS}&$skiptoken={token}"
    return {
        "id": f"{scope}/providers/Microsoft.CostManagement/Query/{name}",
        "name": name,
        "type": "microsoft.costmanagement/Query",
        "properties": {
            "nextLink": link,
            "columns": answer.columns,
            "rows": answer.rows[offset : offset + size],
        },
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a folder until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sample_bills.azure_server")
    parser.add_argument("folder", type=Path, help="like data/sample_bills/azure")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    options = parser.parse_args(arguments)
    if not (options.folder / "subscriptions").is_dir():
        parser.error(
            f"{options.folder} has no folder subscriptions; write the bills first with"
            " python -m sample_bills"
        )
    with serve(options.folder, options.port) as base_url:
        Console().print(f"{base_url} answers from {options.folder}", soft_wrap=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
