"""S3 and STS over HTTP (moto), with a door: it counts, cuts and lets things happen.

``with s3_server() as bucket:`` gives a bucket that sources read by its ``environment``.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote
from urllib.request import Request as Request_
from urllib.request import urlopen

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from serving import serving
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = "real-bucket"
REGION = "us-east-1"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for.

    Attributes:
        method: GET, HEAD, PUT or POST.
        key: Key in the bucket; '' for a listing or another service.
        body: Of a POST.
        signer: Access key that signed it.
        if_match: ETag that the answer has to have.
        prefix: What a listing is of; None for anything else.
    """

    method: str
    key: str
    body: str = ""
    signer: str = ""
    if_match: str = ""
    prefix: str | None = None


@dataclass(kw_only=True)
class Bucket:
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

    @property
    def environment(self) -> dict[str, str]:
        """What sources have to be told."""
        return {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
            "SOURCES__AWS_CUR__ENDPOINT_URL": self.endpoint,
            "SOURCES__AWS_CUR__BUCKET_URL": f"s3://{NAME}",
            "SOURCES__FOCUS_COSTS__ENDPOINT_URL": self.endpoint,
            "SOURCES__FOCUS_COSTS__EXPORT_URL": f"s3://{NAME}",
        }

    @property
    def client(self) -> Any:
        """A client for changing what is in the bucket."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="owner",
            aws_secret_access_key="owner",
        )

    def upload(self, folder: Path) -> None:
        """Put a folder's files into the bucket, manifests last, as AWS does."""
        files = [path for path in folder.rglob("*") if path.is_file()]
        for path in sorted(files, key=lambda one: one.name.endswith("Manifest.json")):
            self.put(path.relative_to(folder).as_posix(), path.read_bytes())

    def put(self, key: str, body: bytes) -> None:
        """Put one object."""
        self.client.put_object(Bucket=NAME, Key=key, Body=body)

    def asked(self, method: str = "GET", ending: str = "") -> list[str]:
        """Return the keys that sources asked for."""
        return [
            request.key
            for request in self.requests
            if request.method == method
            and request.key
            and request.key.endswith(ending)
            and request.signer != "owner"
        ]


class _Door:
    def __init__(self, application: Any, bucket: Bucket) -> None:
        self._application = application
        self._bucket = bucket

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = _request(environ)
        self._bucket.requests.append(request)
        self._bucket.before(request)
        if request.signer != "owner" and self._bucket.refuses(request):
            start_response("403 Forbidden", [("Content-Type", "text/xml")])
            code = "<Code>AccessDenied</Code><Message>Access Denied</Message>"
            return [f"<Response><Error>{code}</Error></Response>".encode()]
        answer = self._application(environ, start_response)
        if request.signer == "owner" or not self._bucket.cuts(request):
            return answer
        return _half_of(b"".join(answer))


def _half_of(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionResetError("cut by the test")


def _request(environ: dict[str, Any]) -> Request:
    path = unquote(environ["PATH_INFO"]).lstrip("/")
    asked = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    signed = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2]
    body = b""
    if environ["REQUEST_METHOD"] == "POST":
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = BytesIO(body)
    return Request(
        method=environ["REQUEST_METHOD"],
        key=path.partition("/")[2] if path.startswith(NAME) else "",
        body=body.decode(errors="replace"),
        signer=signed.partition("/")[0],
        if_match=environ.get("HTTP_IF_MATCH", ""),
        prefix=asked.get("prefix", [""])[0] if "list-type" in asked else None,
    )


@contextmanager
def s3_server() -> Iterator[Bucket]:
    """Serve an empty bucket while the block runs."""
    bucket = Bucket()
    application = _Door(DomainDispatcherApplication(create_backend_app), bucket)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    with serving(server) as bucket.endpoint:
        # moto keeps what it holds for the whole process, and whoever uses it next
        # finds it.
        reset = Request_(f"{bucket.endpoint}/moto-api/reset", method="POST")
        urlopen(reset).read()
        try:
            bucket.client.create_bucket(Bucket=NAME)
            yield bucket
        finally:
            urlopen(reset).read()
