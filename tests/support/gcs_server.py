"""Cloud Storage over HTTP, as its JSON API says: it counts, cuts, refuses and pages.

``with gcs_server() as bucket:`` gives a bucket that is read by its ``environment``.
Objects have generations: reading one that was replaced is a 404, as in a bucket that
keeps no versions.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = "real-bucket"
# Google's is a thousand; with few, every listing has to follow page tokens.
PAGE = 3
OBJECTS = rf"/storage/v1/b/{NAME}/o"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for.

    Attributes:
        method: GET or POST.
        key: Key in the bucket; '' for a listing or a login.
        is_media: Whether the content is asked for, and not what is known of it.
        generation: Which one; '' for the newest.
        token: With which access token.
        body: Of a POST.
    """

    method: str
    key: str = ""
    is_media: bool = False
    generation: str = ""
    token: str = ""
    body: str = ""


@dataclass(kw_only=True)
class GcsBucket:
    """A bucket that is reached over HTTP.

    Attributes:
        endpoint: Its URL.
        requests: What was asked for, in order.
        cuts: Whether the connection breaks in the middle of the answer.
        refuses: Whether the answer is that access is denied.
        before: Called before an answer is given.
    """

    endpoint: str = ""
    requests: list[Request] = field(default_factory=list)
    cuts: Callable[[Request], bool] = lambda _: False
    refuses: Callable[[Request], bool] = lambda _: False
    before: Callable[[Request], None] = lambda _: None
    objects: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    _last: int = 1_700_000_000_000_000

    @property
    def environment(self) -> dict[str, str]:
        """What sources have to be told."""
        return {
            "STORAGE_EMULATOR_HOST": self.endpoint,
            "SOURCES__GCP_BILLING__EXPORT_URL": f"gs://{NAME}",
        }

    def upload(self, folder: Path) -> None:
        """Make the bucket's content that of a folder; what did not change stays."""
        found = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for key in self.objects.keys() - found.keys():
            del self.objects[key]
        for key, content in found.items():
            if self.objects.get(key, (b"", 0))[0] != content:
                self.put(key, content)

    def put(self, key: str, content: bytes) -> None:
        """Put one object, as a new generation."""
        self._last += 1
        self.objects[key] = (content, self._last)

    def media(self) -> list[Request]:
        """Return the requests for contents."""
        return [request for request in self.requests if request.is_media]


class _Handler(BaseHTTPRequestHandler):
    bucket: GcsBucket
    protocol_version = "HTTP/1.1"
    # Headers and body go out by themselves; the second would wait for the first.
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def answer(self) -> None:
        address = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(address.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_media = query.get("alt") == "media"
        match = re.fullmatch(rf"(?:/download)?{OBJECTS}/([^/]+)", address.path)
        request = Request(
            method=self.command,
            key=unquote(match[1]) if match else "",
            is_media=is_media,
            generation=query.get("generation", ""),
            token=self.headers.get("Authorization", "").removeprefix("Bearer "),
            body=body.decode(errors="replace"),
        )
        self.bucket.requests.append(request)
        self.bucket.before(request)
        if address.path in {"/token", "/token:generateAccessToken"}:
            self._log_in(address.path)
        elif self.bucket.refuses(request):
            self._refuse(403, "does not have storage.objects.list access")
        elif match:
            self._object(request)
        elif address.path == OBJECTS:
            self._list(query)
        else:
            self._refuse(404, "The specified bucket does not exist.")

    do_GET = do_POST = answer  # noqa: N815

    def _log_in(self, path: str) -> None:
        if path == "/token":
            self._send(200, {"access_token": "own", "expires_in": 3600})
            return
        answer = {"accessToken": "borrowed", "expireTime": "2099-01-01T00:00:00Z"}
        self._send(200, answer)

    def _object(self, request: Request) -> None:
        content, generation = self.bucket.objects.get(request.key, (b"", 0))
        if not generation or request.generation not in {"", str(generation)}:
            self._refuse(404, f"No such object: {NAME}/{request.key}")
            return
        if not request.is_media:
            self._send(200, _resource(request.key, content, generation))
            return
        first, last = 0, len(content) - 1
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if span:
            first, last = int(span[1]), min(int(span[2] or last), last)
        data = content[first : last + 1]
        self.send_response(206 if span else 200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(data)))
        if span:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        self.end_headers()
        if self.bucket.cuts(request):
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            self.connection.close()
            self.close_connection = True
            return
        self.wfile.write(data)

    def _list(self, query: dict[str, str]) -> None:
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        entries: dict[str, dict[str, Any] | None] = {}
        for key, (content, generation) in sorted(self.bucket.objects.items()):
            if not key.startswith(prefix):
                continue
            head, found, _ = key.removeprefix(prefix).partition(delimiter or "\0")
            if found:
                entries[f"{prefix}{head}{delimiter}"] = None
            else:
                entries[key] = _resource(key, content, generation)
        limit = min(PAGE, int(query.get("maxResults") or PAGE))
        start = int(query.get("pageToken") or 0)
        page = list(entries.items())[start : start + limit]
        answer: dict[str, Any] = {
            "kind": "storage#objects",
            "items": [item for _, item in page if item],
            "prefixes": [name for name, item in page if not item],
        }
        if start + limit < len(entries):
            answer["nextPageToken"] = str(start + limit)
        self._send(200, answer)

    def _refuse(self, status: int, message: str) -> None:
        error = {"code": status, "message": message, "errors": [{"message": message}]}
        self._send(status, {"error": error})

    def _send(self, status: int, content: dict[str, Any]) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _resource(key: str, content: bytes, generation: int) -> dict[str, Any]:
    moment = datetime.fromtimestamp(generation / 1_000_000, UTC)
    return {
        "kind": "storage#object",
        "bucket": NAME,
        "name": key,
        "generation": str(generation),
        "metageneration": "1",
        "size": str(len(content)),
        "md5Hash": base64.b64encode(hashlib.md5(content).digest()).decode(),
        "updated": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


@contextmanager
def gcs_server() -> Iterator[GcsBucket]:
    """Serve an empty bucket while the block runs."""
    bucket = GcsBucket()

    class Bound(_Handler):
        pass

    Bound.bucket = bucket
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Bound)) as bucket.endpoint:
        yield bucket
