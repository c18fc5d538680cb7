"""The public keys of whoever signs tokens, from an address.

They are fetched with the first token and kept for minutes. A key that is not known yet,
as after a rotation, has them fetched again, at most every half a minute: tokens with
invented keys must not call the issuer as often as somebody likes.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt

if TYPE_CHECKING:
    from jwt import PyJWK

SECONDS = 5.0
# After a failure nobody waits for the next one.
PAUSE_SECONDS = 10.0


class KeysUnreachable(Exception):  # noqa: N818 - reads as what happened
    """The address does not answer: no fault of whoever has a token."""


class PublicKeys:
    """The keys of an address."""

    def __init__(self, url: str) -> None:
        """Keep the address; nothing is fetched yet."""
        self._client = _Client(url, timeout=SECONDS)

    def key_of(self, token: str) -> PyJWK:
        """Give the key that a token says it is signed by.

        Raises:
            KeysUnreachable: The keys cannot be fetched.
            jwt.PyJWTError: There is no such key, or the token is none.
        """
        try:
            return self._client.get_signing_key_from_jwt(token)
        except jwt.exceptions.PyJWKClientConnectionError as error:
            raise KeysUnreachable(str(error)) from error


class _Client(jwt.PyJWKClient):
    """Fetches, but not again and again from an address that does not answer."""

    _failed_at = float("-inf")

    def fetch_data(self) -> Any:
        """Fetch the keys, or fail at once where that has just failed."""
        if time.monotonic() - self._failed_at < PAUSE_SECONDS:
            told = "the address of the keys did not answer a moment ago"
            raise jwt.exceptions.PyJWKClientConnectionError(told)
        try:
            return super().fetch_data()
        except jwt.exceptions.PyJWKClientConnectionError:
            self._failed_at = time.monotonic()
            raise
