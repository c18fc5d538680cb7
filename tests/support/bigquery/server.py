"""The REST interface: what the clients of dbt and dlt call, and no more."""

import json
import re
import threading
import traceback
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from bigquery.jobs import Job, run_load, run_query
from bigquery.routes import ROUTES, Answer, refusal
from bigquery.tables import NotFoundError
from bigquery.warehouse import Warehouse

ALL = 1_000_000


class BigQuery:
    """A server on a free port, as a context manager.

    Attributes:
        url: Its address.
        warehouse: What it holds; tests may look into it.
        statements: What was run, with an error where it failed; for finding mistakes.
        page_rows: How many rows of an answer a page has.
        cuts: Whether the connection breaks in the middle of the answer to a call, by
            method and path.
        refuses: Whether a call is forbidden.
    """

    def __init__(self, heavy: Iterable[str] = ()) -> None:
        """Start GoogleSQL; the port opens with the context.

        Args:
            heavy: Views and tables that GoogleSQL's evaluator is too slow for.
        """
        self.warehouse = Warehouse(heavy)
        self.jobs: dict[str, Job] = {}
        self.uploads: dict[str, tuple[dict[str, Any], bytearray]] = {}
        self.statements: list[tuple[str, str]] = []
        self.lock = threading.RLock()
        self.page_rows = ALL
        self.cuts: Callable[[str], bool] = lambda _: False
        self.refuses: Callable[[str], bool] = lambda _: False
        server = self

        class Bound(Handler):
            bigquery = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        """Listen."""
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Close the port."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def make_dataset(self, name: str) -> None:
        """Make a dataset, named `project.dataset`."""
        self.warehouse.datasets.setdefault(name, {"location": "US"})

    def query(self, project: str, request: dict[str, Any]) -> Job:
        """Carry out a query job and keep it."""
        job = run_query(self.warehouse, project, request)
        sql = request["configuration"]["query"]["query"]
        self.statements.append((sql, (job.error or {}).get("message", "")))
        self.jobs[job.resource["jobReference"]["jobId"]] = job
        return job

    def load(self, project: str, request: dict[str, Any], data: bytes) -> Answer:
        """Carry out a load job and keep it."""
        job = run_load(self.warehouse, project, request, data)
        self.jobs[job.resource["jobReference"]["jobId"]] = job
        return 200, job.resource, {}


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    bigquery: BigQuery
    protocol_version = "HTTP/1.1"
    # Headers and body go out by themselves; the second would wait for the first.
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def answer(self) -> None:
        """Answer a call."""
        address = urlsplit(self.path)
        self.parameters = {k: v[0] for k, v in parse_qs(address.query).items()}
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = f"{self.command} {address.path}"
        with self.bigquery.lock:
            try:
                status, content, headers = self._route(unquote(address.path))
            except NotFoundError as missing:
                status, content, headers = refusal(404, "notFound", str(missing))
            except Exception:  # noqa: BLE001
                # 400 and no 500, which clients try again for ten minutes.
                words = traceback.format_exc()
                self.bigquery.statements.append((self.path, words))
                status, content, headers = refusal(400, "invalid", words)
        data = json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.bigquery.cuts(call):
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True
            return
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

    def _route(self, path: str) -> Answer:
        if self.bigquery.refuses(f"{self.command} {path}"):
            return refusal(403, "accessDenied", "Access Denied: refused by the test")
        for method, pattern, act in ROUTES:
            if method == self.command and (match := re.fullmatch(pattern, path)):
                return act(self, *match.groups())
        return refusal(400, "notImplemented", f"{self.command} {path} is not there")

    @property
    def json(self) -> Any:
        """The call's body."""
        return json.loads(self.body)

    def page(self) -> tuple[int, int]:
        """Which rows are asked for: the first and how many."""
        start = self.parameters.get("pageToken") or self.parameters.get("startIndex")
        limit = int(self.parameters.get("maxResults") or ALL)
        return int(start or 0), min(limit, self.bigquery.page_rows)
