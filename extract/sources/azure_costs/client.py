"""Asking the Cost Management API: one POST at a time, paged, patient."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    IncompleteReadError,
)
from azure.core.rest import HttpRequest
from azure.mgmt.costmanagement import CostManagementClient

from extract.azure import NO_CREDENTIALS, make_credential
from extract.blob_places import LOOPBACK
from extract.errors import ExtractError, first_line
from extract.sources.azure_costs.pace import Pace
from extract.sources.azure_costs.settings import (
    DEFAULT_WAIT_SECONDS,
    MAX_ATTEMPTS,
    MAX_PAGES,
    MAX_WAIT_SECONDS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from extract.azure import AzureAccess

NO_CONTENT = 204
BAD_REQUEST = 400
FORBIDDEN = 403
NOT_FOUND = 404
UNAVAILABLE = 503
TRANSIENT = {429, 500, 502, UNAVAILABLE, 504}
FOREVER = 4_102_444_800


class QueryRefusedError(Exception):
    """The service answered 400: it does not accept the query as it is put."""


class StaticToken:
    """The credential for a server on this machine, which checks none."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """Return a token that opens nothing."""
        return AccessToken("local", FOREVER)


class CostClient:
    """The Query API of one cloud."""

    def __init__(self, base_url: str, access: AzureAccess) -> None:
        """Connect, without a request yet.

        Args:
            base_url: https://management.azure.com, a sovereign cloud's, or a server on
                this machine.
            access: Whose credentials.
        """
        self.base_url = base_url.rstrip("/")
        parts = urlsplit(self.base_url)
        is_local = parts.hostname in LOOPBACK
        self._server = f"The server {self.base_url}" if is_local else "Azure"
        self._is_local = is_local
        if not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
            raise ExtractError(
                f"sources.azure_costs.base_url = {base_url!r}: only https:// may carry "
                "a token (http:// is accepted for a server on this machine)."
            )
        self._options: dict[str, Any] = {"enforce_https": not is_local}
        # A server on this machine has no tenant to share with.
        self._pace = None if is_local else Pace()
        # Retries are counted here: azure-core's do not read Cost Management's headers.
        self._client = CostManagementClient(
            StaticToken() if is_local else make_credential(access),
            self.base_url,
            retry_total=0,
            credential_scopes=[f"{self.base_url}/.default"],
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def pages(self, scope: str, body: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the decoded pages of an answer; none if there are no rows.

        The SDK does not page: a next link is posted as it is, with the same body.
        """

        def first() -> Any:
            # The SDK sends a dictionary as it is; its type hints know models only.
            query: Any = self._client.query
            return query.usage(
                scope,
                dict(body),
                cls=lambda raw, *_: raw.http_response,
                **self._options,
            )

        response = self._patient(first)
        for _ in range(MAX_PAGES):
            if response is None or response.status_code == NO_CONTENT:
                return
            page = _decoded(response)
            yield page
            link = _next_link(page)
            if not link:
                return
            self._check_origin(link)
            response = self._patient(partial(self._post, link, body))
        raise ExtractError(f"The answer does not end after {MAX_PAGES} pages.")

    def _post(self, link: str, body: Mapping[str, Any]) -> Any:
        request = HttpRequest("POST", link, json=dict(body))
        return self._client.send_request(request, **self._options)

    def _patient(self, send: Callable[[], Any]) -> Any:
        """Send, and send again after as long as the service asks to wait."""
        for attempt in range(1, MAX_ATTEMPTS + 1):
            if self._pace:
                self._pace.wait()
            response, status, headers, reason = self._attempt(send)
            if self._pace:
                self._pace.spend(headers)
            if status < BAD_REQUEST:
                return response
            if status == BAD_REQUEST:
                raise QueryRefusedError(reason)
            if status not in TRANSIENT:
                told = f"{self._server} answered {status}: {reason} {_remedy(status)}"
                raise ExtractError(told.strip())
            wait = wait_seconds(headers, attempt)
            if attempt == MAX_ATTEMPTS or wait > MAX_WAIT_SECONDS:
                raise ExtractError(
                    f"{self._server} answered {status} ({reason}) and asks to wait "
                    f"{wait:.0f} s, after {attempt} attempts. Run again later; a "
                    "billing account or management group as scope needs fewer requests."
                )
            time.sleep(wait)
        raise AssertionError  # the loop returns or raises

    def _attempt(
        self, send: Callable[[], Any]
    ) -> tuple[Any, int, Mapping[str, str], str]:
        """Send once; return response, status, headers and, for an error, its reason."""
        try:
            response = send()
        except ClientAuthenticationError as error:
            raise ExtractError(
                "Azure did not accept the credentials: "
                f"{first_line(error).rstrip('.')}. {NO_CREDENTIALS} The role to have "
                "is Cost Management Reader."
            ) from error
        except IncompleteReadError as error:
            return self._broken_off(error)
        except DecodeError as error:
            raise ExtractError(
                f"the answer is not JSON: {first_line(error)}"
            ) from error
        except HttpResponseError as error:
            response = error.response
            if response is None:
                return None, UNAVAILABLE, {}, first_line(error)
        except AzureError as error:
            return self._broken_off(error)
        status = int(getattr(response, "status_code", NO_CONTENT))
        headers: Mapping[str, str] = getattr(response, "headers", {})
        return (
            response,
            status,
            headers,
            _reason(response) if status >= BAD_REQUEST else "",
        )

    def _broken_off(self, error: AzureError) -> tuple[Any, int, Mapping[str, str], str]:
        """Treat a connection that broke as a service that is not there for a while."""
        if self._is_local:
            # Nothing on this machine throttles by hanging up; waiting helps nobody.
            raise ExtractError(
                f"{self._server} broke off the connection: {first_line(error)} See "
                "what it says, and that it runs."
            ) from error
        return None, UNAVAILABLE, {}, first_line(error)

    def _check_origin(self, link: str) -> None:
        ours, theirs = urlsplit(self.base_url), urlsplit(link)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise ExtractError(
                f"The next page is on {theirs.scheme}://{theirs.netloc}, another "
                "server than base_url; the token is not sent there."
            )


def wait_seconds(headers: Mapping[str, str], attempt: int) -> float:
    """Return how long to wait: the largest of the retry-after headers there are."""
    asked = []
    for name, value in headers.items():
        if name.lower().endswith("retry-after"):
            try:
                asked.append(float(value))
            except ValueError:
                continue
    if asked:
        return max(asked)
    return min(DEFAULT_WAIT_SECONDS * attempt, MAX_WAIT_SECONDS)


def _decoded(response: Any) -> Any:
    try:
        return response.json()
    except (ValueError, AzureError) as error:
        raise ExtractError(f"the answer is not JSON: {first_line(error)}") from error


def _next_link(page: Any) -> str:
    properties = page.get("properties") if isinstance(page, dict) else None
    link = properties.get("nextLink") if isinstance(properties, dict) else None
    return link if isinstance(link, str) else ""


def _reason(response: Any) -> str:
    try:
        error = response.json()["error"]
        return f"{error['code']}: {error['message']}"
    except (AzureError, ValueError, KeyError, TypeError, AttributeError):
        return "no reason given"


def _remedy(status: int) -> str:
    """Return what to do about an answer that waiting does not mend."""
    return {
        FORBIDDEN: (
            "Give the identity the role Cost Management Reader on the scope; under an "
            "enterprise agreement its administrator has to allow viewing charges, too."
        ),
        NOT_FOUND: "Check how sources.azure_costs.scopes spells the scope.",
    }.get(status, "")
