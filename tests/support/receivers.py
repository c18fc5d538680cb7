"""Servers that take what alerts send: a mail server, and an https one."""

import datetime as dt
import http.server
import ipaddress
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from serving import serving

LOCAL = "127.0.0.1"


@dataclass
class Received:
    """What a server was sent.

    Attributes:
        port: Where it listens.
        items: Mails as text, or pairs of headers and body.
        answer: Status of https's answers.
    """

    port: int = 0
    items: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: int = 200


@contextmanager
def mail_server() -> Iterator[Received]:
    """A mail server without encryption that takes everything."""
    received = Received()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 tests\r\n")
            envelope: dict[str, str] = {}
            while line := self.rfile.readline().decode().strip():
                word = line.split(maxsplit=1)[0].upper()
                if word == "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = []
                    while (part := self.rfile.readline()) != b".\r\n":
                        lines.append(part)
                    received.items.append((envelope, b"".join(lines)))
                elif word in {"MAIL", "RCPT"}:
                    envelope[word] = line
                elif word == "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.wfile.write(b"250 ok\r\n")

    server = socketserver.ThreadingTCPServer((LOCAL, 0), Handler)
    received.port = server.server_address[1]
    with serving(server):
        yield received


@contextmanager
def https_server(folder: Path, name: str) -> Iterator[tuple[Received, ssl.SSLContext]]:
    """A server that proves to be a name, and the context that trusts it."""
    received = Received()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.items.append(({**self.headers, "path": self.path}, body))
            self.send_response(received.answer)
            self.send_header("Location", "https://elsewhere.example/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    certificate = _certify(folder, name)
    server = http.server.ThreadingHTTPServer((LOCAL, 0), Handler)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate)
    server.socket = own.wrap_socket(server.socket, server_side=True)
    trusting = ssl.create_default_context(cafile=str(certificate))
    received.port = server.server_address[1]
    with serving(server):
        yield received, trusting


def _certify(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address(LOCAL))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
