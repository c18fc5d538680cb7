"""One POST to a public address, with no way round: no proxy, no redirect, no port.

A name is looked up once, every address that it has must be a public one, and the
connection goes to an address that was looked at: a name that leads elsewhere at the
second look gains nothing.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HTTPS = 443
SECONDS = 15.0
READ_AT_MOST = 1_000
OK = range(200, 300)
# Through a translator of addresses these are addresses of the older kind, any of them.
TRANSLATED = (
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("64:ff9b:1::/48"),
)


class NotDelivered(RuntimeError):  # noqa: N818 - reads as what happened
    """A message did not arrive; the words say why, without its address."""


def is_public(address: str) -> bool:
    """Whether an address is one of the internet, not of a network of one's own."""
    read = ipaddress.ip_address(address)
    if isinstance(read, ipaddress.IPv6Address):
        inner = read.ipv4_mapped or read.sixtofour or (read.teredo or (None,))[0]
        if inner is not None or any(read in network for network in TRANSLATED):
            return False
    return read.is_global and not read.is_multicast


def look_up(host: str, port: int) -> set[str]:
    """Give the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return {str(entry[4][0]) for entry in found}


@dataclass(frozen=True, kw_only=True)
class Network:
    """How hosts are reached.

    Attributes:
        look_up: Gives the addresses of a name.
        is_allowed: Whether an address may be connected to.
        port: Of https.
        tls: Whom to trust.
        seconds: Longest that connecting, or waiting for words, may take.
    """

    look_up: Callable[[str, int], set[str]] = look_up
    is_allowed: Callable[[str], bool] = is_public
    port: int = HTTPS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = SECONDS

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post a body.

        Args:
            url: Whose host is on a list already.
            body: What is sent.
            headers: Beside the usual ones.

        Raises:
            NotDelivered: It was not taken, or led into an own network.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        try:
            address = self._choose(host)
            connection = _Pinned(host, address, self)
            try:
                connection.request("POST", path, body=body, headers=dict(headers))
                answer = connection.getresponse()
                answer.read(READ_AT_MOST)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise NotDelivered(f"{host}: {type(error).__name__}") from error
        if answer.status not in OK:
            raise NotDelivered(f"{host} answered {answer.status}")

    def _choose(self, host: str) -> str:
        found = self.look_up(host, self.port)
        if not found or not all(self.is_allowed(one) for one in found):
            raise NotDelivered(f"{host} is no public address")
        # The older kind is reached from everywhere.
        return min(found, key=lambda one: (":" in one, one))


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, which has to prove to be the host."""

    def __init__(self, host: str, address: str, network: Network) -> None:
        super().__init__(host, network.port, timeout=network.seconds)
        self._address = address
        self._network = network

    def connect(self) -> None:
        plain = socket.create_connection(
            (self._address, self._network.port), self._network.seconds
        )
        self.sock = self._network.tls.wrap_socket(plain, server_hostname=self.host)
