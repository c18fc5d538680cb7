"""A storage account of Azure over HTTP, as the Blob service's reference says.

Listing by prefix, delimiter and marker, reading by range and If-Match, signatures of an
account key, tokens, and errors as the service words them. ``with blob_server() as
account:`` gives an account that counts, cuts, refuses and lets things happen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ACCOUNT = "billingfiles"
CONTAINER = "exports"
KEY = base64.b64encode(b"the key of the account").decode()
TOKEN = "a token of Entra"
# The service gives 5,000; a small page makes every listing of a test turn one.
PAGE = 3
SIGNED_HEADERS = (
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-MD5",
    "Content-Type",
    "Date",
    "If-Modified-Since",
    "If-Match",
    "If-None-Match",
    "If-Unmodified-Since",
    "Range",
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for.

    Attributes:
        method: GET or HEAD.
        key: The blob; '' for a listing.
        prefix: Of a listing.
        signer: key, token, signature (of a shared access signature) or nobody.
        if_match: ETag that the answer has to have.
    """

    method: str
    key: str
    prefix: str = ""
    signer: str = ""
    if_match: str = ""


@dataclass(kw_only=True)
class Account:
    """A storage account with one container.

    Attributes:
        endpoint: Its blob endpoint.
        requests: What was asked for, in order.
        cuts: Whether the connection breaks in the middle of the answer.
        refuses: The error code that is answered instead; '' for none.
        before: Called before an answer is given.
    """

    endpoint: str = ""
    requests: list[Request] = field(default_factory=list)
    cuts: Callable[[Request], bool] = lambda _: False
    refuses: Callable[[Request], str] = lambda _: ""
    before: Callable[[Request], None] = lambda _: None
    _blobs: dict[str, tuple[bytes, str, float]] = field(default_factory=dict)
    _changes: int = 0

    def put(self, key: str, body: bytes, modified: float = 1_790_000_000) -> None:
        """Put one blob."""
        self._changes += 1
        etag = f'"0x8D{self._changes:013X}"'
        self._blobs[key] = (body, etag, modified + self._changes)

    def delete(self, key: str) -> None:
        """Delete one blob."""
        del self._blobs[key]

    def upload(self, folder: Path) -> None:
        """Make the container what a folder is, manifests last, as Azure does."""
        files = [path for path in folder.rglob("*") if path.is_file()]
        files.sort(key=lambda one: (one.name == "manifest.json", str(one)))
        names = {path.relative_to(folder).as_posix(): path for path in files}
        for key in self._blobs.keys() - names.keys():
            self.delete(key)
        for key, path in names.items():
            if self._blobs.get(key, (None,))[0] != path.read_bytes():
                self.put(key, path.read_bytes())

    def asked(self, method: str = "GET", ending: str = "") -> list[str]:
        """Return the blobs that were asked for."""
        return [
            request.key
            for request in self.requests
            if request.method == method and request.key and request.key.endswith(ending)
        ]


class _Handler(BaseHTTPRequestHandler):
    server: Any
    protocol_version = "HTTP/1.1"
    # Headers and body go out by themselves; the second would wait for the first.
    disable_nagle_algorithm = True

    def do_HEAD(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def _serve(self) -> None:
        account: Account = self.server.account
        url = urlsplit(self.path)
        options = dict(parse_qsl(url.query, keep_blank_values=True))
        container, _, key = unquote(url.path).strip("/").partition("/")
        signer, problem = self._signer(url, options)
        request = Request(
            method=self.command,
            key=key,
            prefix=options.get("prefix", ""),
            signer=signer,
            if_match=self.headers.get("If-Match", ""),
        )
        account.requests.append(request)
        account.before(request)
        if problem or (problem := account.refuses(request)):
            self._fail(403, problem)
        elif "x-ms-version" not in self.headers:
            self._fail(400, "MissingRequiredHeader")
        elif container != CONTAINER:
            self._fail(404, "ContainerNotFound")
        elif key:
            self._blob(account, request)
        elif options.get("comp") == "list" and options.get("restype") == "container":
            self._listing(account, options)
        else:
            self._fail(400, "InvalidQueryParameterValue")

    def _signer(self, url: Any, options: dict[str, str]) -> tuple[str, str]:
        given = self.headers.get("Authorization", "")
        if given == f"Bearer {TOKEN}":
            return "token", ""
        if given.startswith("SharedKey "):
            right = f"SharedKey {ACCOUNT}:{self._signature(url, options)}"
            return "key", "" if given == right else "AuthenticationFailed"
        if options.get("sig"):
            return "signature", ""
        return "nobody", "NoAuthenticationInformation"

    def _signature(self, url: Any, options: dict[str, str]) -> str:
        """Sign as 'Authorize with Shared Key' says."""
        headers = [self.headers.get(name, "") for name in SIGNED_HEADERS]
        named = sorted(
            (name.lower(), value.strip())
            for name, value in self.headers.items()
            if name.lower().startswith("x-ms-")
        )
        lines = [self.command, *headers, *(f"{n}:{v}" for n, v in named)]
        lines.append(f"/{ACCOUNT}{url.path}")
        lines += [f"{name.lower()}:{options[name]}" for name in sorted(options)]
        digest = hmac.new(
            base64.b64decode(KEY), "\n".join(lines).encode(), hashlib.sha256
        )
        return base64.b64encode(digest.digest()).decode()

    def _blob(self, account: Account, request: Request) -> None:
        found = account._blobs.get(request.key)
        if found is None:
            self._fail(404, "BlobNotFound")
            return
        body, etag, modified = found
        if request.if_match and request.if_match != etag:
            self._fail(412, "ConditionNotMet")
            return
        headers = {
            "ETag": etag,
            "Last-Modified": formatdate(modified, usegmt=True),
            "x-ms-blob-type": "BlockBlob",
            "Content-Type": "application/octet-stream",
        }
        status, part = 200, body
        span = self.headers.get("x-ms-range") or self.headers.get("Range") or ""
        if span and request.method == "GET":
            first, _, last = span.removeprefix("bytes=").partition("-")
            if int(first) >= len(body):
                self._fail(416, "InvalidRange")
                return
            end = min(int(last) if last else len(body) - 1, len(body) - 1)
            status, part = 206, body[int(first) : end + 1]
            headers["Content-Range"] = f"bytes {first}-{end}/{len(body)}"
        self._send(status, part, headers, is_cut=account.cuts(request))

    def _listing(self, account: Account, options: dict[str, str]) -> None:
        prefix, delimiter = options.get("prefix", ""), options.get("delimiter", "")
        items: dict[str, str] = {}
        for key in sorted(account._blobs):
            if not key.startswith(prefix):
                continue
            inside, found, _ = key[len(prefix) :].partition(delimiter or "\0")
            if found:
                name = f"{prefix}{inside}{delimiter}"
                items[name] = f"<BlobPrefix><Name>{escape(name)}</Name></BlobPrefix>"
            else:
                items[key] = _shown(key, *account._blobs[key])
        names = [name for name in items if name >= options.get("marker", "")]
        page, rest = names[:PAGE], names[PAGE:]
        body = (
            '<?xml version="1.0" encoding="utf-8"?><EnumerationResults '
            f'ServiceEndpoint="{account.endpoint}" ContainerName="{CONTAINER}">'
            f"<Prefix>{escape(prefix)}</Prefix>"
            f"<Blobs>{''.join(items[name] for name in page)}</Blobs>"
            f"<NextMarker>{escape(rest[0]) if rest else ''}</NextMarker>"
            "</EnumerationResults>"
        )
        request = account.requests[-1]
        headers = {"Content-Type": "application/xml"}
        self._send(200, body.encode(), headers, is_cut=account.cuts(request))

    def _fail(self, status: int, code: str) -> None:
        body = (
            '<?xml version="1.0" encoding="utf-8"?>'
            f"<Error><Code>{code}</Code><Message>{code}.</Message></Error>"
        ).encode()
        headers = {"Content-Type": "application/xml", "x-ms-error-code": code}
        self._send(status, body, headers)

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], *, is_cut: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-ms-version", self.headers.get("x-ms-version", ""))
        self.end_headers()
        if self.command == "HEAD":
            return
        if is_cut:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments: Any) -> None:
        """Say nothing of a caller who hung up."""


def _shown(key: str, body: bytes, etag: str, modified: float) -> str:
    return (
        f"<Blob><Name>{escape(key)}</Name><Properties>"
        f"<Last-Modified>{formatdate(modified, usegmt=True)}</Last-Modified>"
        f"<Etag>{etag.strip(chr(34))}</Etag>"
        f"<Content-Length>{len(body)}</Content-Length>"
        "<Content-Type>application/octet-stream</Content-Type>"
        "<BlobType>BlockBlob</BlobType></Properties></Blob>"
    )


@contextmanager
def blob_server() -> Iterator[Account]:
    """Serve an account while the context lasts."""
    account = Account()
    server = _Server(("127.0.0.1", 0), _Handler)
    server.account = account  # type: ignore[attr-defined]
    with serving(server) as account.endpoint:
        yield account
