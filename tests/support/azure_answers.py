"""Answers of the Query API that a test makes up, one request at a time."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator


def _bills() -> Any:
    return sys.modules["extract_bills"]


@contextmanager
def answering(reply: Any) -> Iterator[tuple[str, list[Any]]]:
    """Serve what ``reply(number, body)`` returns: status, headers, body."""
    requests: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            requests.append((self.path, json.loads(self.rfile.read(length))))
            status, headers, body = reply(len(requests), requests[-1][1], self)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield address, requests


def page(names: list[str], *rows: Any, link: str = "") -> bytes:
    """Return a page as the API writes it."""
    columns = [{"name": name, "type": "String"} for name in names]
    body = {"columns": columns, "rows": list(rows), "nextLink": link or None}
    return json.dumps({"properties": body}).encode()


def full_page(body: dict[str, Any], cost: float = 1.0, link: str = "") -> bytes:
    """Answer any query of ours with one row."""
    row = _bills().azure_row(Cost=cost)
    names = ["Cost"]
    if body["dataset"]["granularity"] == "Daily":
        names += ["UsageQuantity", "UsageDate"]
    for group in body["dataset"]["grouping"]:
        is_tag = group["type"] == "TagKey"
        names += ["TagKey", "TagValue"] if is_tag else [group["name"]]
    names.append("Currency")
    row |= {"TagKey": "customer", "TagValue": "acme"}
    return page(names, [row[name] for name in names], link=link)
