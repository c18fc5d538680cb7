"""Grafana's HTTP API: requests, and what its refusals mean."""

from __future__ import annotations

import os
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

from orchestrate.steps import StepFailed

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2

Json = Any

URL = "LLM_COSTS_GRAFANA_URL"
TOKEN = "LLM_COSTS_GRAFANA_TOKEN"  # noqa: S105 - the setting's name
ADMIN_USER = "LLM_COSTS_GRAFANA_ADMIN_USER"
ADMIN_PASSWORD = "LLM_COSTS_GRAFANA_ADMIN_PASSWORD"  # noqa: S105 - the setting's name
SECONDS = 30.0
# Grafana lets nobody edit what comes by this interface, unless it is told so.
EDITABLE = {"X-Disable-Provenance": "true"}


class Refused(Exception):  # noqa: N818 - reads as what happened
    """Grafana did not do one thing; others may still be done."""

    def __init__(self, status: int, message: str, said: str = "") -> None:
        """Say which and why.

        Args:
            status: HTTP status.
            message: Grafana's words.
            said: What was asked and answered, in a line.
        """
        super().__init__(message)
        self.status = status
        self.said = said


@dataclass(frozen=True)
class Grafana:
    """One organisation of a Grafana, as one caller.

    Attributes:
        address: Where it is, without a slash at the end.
        http: Carries the caller's credentials.
        named_by: The setting that the credentials come from.
        organisation: Id of the organisation; None for the caller's own.
    """

    address: str
    http: httpx2.Client
    named_by: str
    organisation: int | None = None

    def __enter__(self) -> Self:
        """Keep connections open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close them."""
        self.http.close()

    def within(self, organisation: int) -> Grafana:
        """Give the same Grafana as another organisation sees it.

        Args:
            organisation: Its id.
        """
        return Grafana(self.address, self.http, self.named_by, organisation)

    def look_up(self, path: str, **query: str | int) -> Json | None:
        """Get something that need not be there.

        Args:
            path: Path below the address.
            query: What is asked for.
        """
        try:
            return self.call("GET", path, query=query)
        except Refused as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def call(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Json:
        """Send one request and give what is answered.

        Args:
            method: HTTP method.
            path: Path below the address.
            body: What is sent as JSON.
            query: What stands behind the question mark.
            headers: Headers beside the usual ones.

        Raises:
            Refused: Grafana did not do this.
            StepFailed: It cannot be reached, does not know the caller, or fails.
        """
        # Imported here: no other command waits for it.
        import httpx2  # noqa: PLC0415

        own = {} if self.organisation is None else _organisation(self.organisation)
        try:
            answer = self.http.request(
                method,
                self.address + path,
                json=body,
                params=query or None,
                headers={**own, **(headers or {})},
            )
        except httpx2.TimeoutException as error:
            raise StepFailed(
                f"Grafana at {self.address} did not answer within {SECONDS:.0f} s "
                f"({method} {path}).",
                way_out=f"{URL} says where it is; pushing again goes on from here.",
            ) from error
        except httpx2.TransportError as error:
            raise StepFailed(
                f"Grafana at {self.address} cannot be reached: {error}",
                way_out=f"{URL} says where it is.",
            ) from error
        return self._read(method, path, answer)

    def _read(self, method: str, path: str, answer: httpx2.Response) -> Json:
        status = answer.status_code
        said = f"{method} {path}: {status} {_message(answer)}"
        if status == HTTPStatus.UNAUTHORIZED:
            raise StepFailed(
                f"Grafana at {self.address} does not accept {self.named_by} ({said}).",
                way_out="It is wrong, has expired, or belongs to another Grafana.",
            )
        if answer.is_redirect:
            raise StepFailed(
                f"{self.address} leads elsewhere ({status} to "
                f"{answer.headers.get('location', 'nowhere')}).",
                way_out=f"Set {URL} to where Grafana is: credentials go nowhere else.",
            )
        if answer.is_server_error:
            raise StepFailed(
                f"Grafana at {self.address} failed ({said}).",
                way_out="Its log says why; pushing again goes on from here.",
            )
        if answer.is_client_error:
            raise Refused(status, _message(answer), said)
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError as error:
            raise StepFailed(
                f"What answers at {self.address} is no Grafana ({method} {path} gives "
                f"{answer.headers.get('content-type', 'no type')}).",
                way_out=f"{URL} says where Grafana is, with its path if it has one.",
            ) from error


def by_token() -> Grafana:
    """Open Grafana as the service account whose token is set.

    Raises:
        StepFailed: A setting is missing.
    """
    token = _setting(TOKEN, "the token of a service account with the role Admin")
    return _open(TOKEN, headers={"Authorization": f"Bearer {token}"})


def by_administrator() -> Grafana:
    """Open Grafana as the administrator of the server: no token knows organisations.

    Raises:
        StepFailed: A setting is missing.
    """
    user = _setting(ADMIN_USER, "an administrator of the Grafana server")
    password = _setting(ADMIN_PASSWORD, "the administrator's password")
    named = f"{ADMIN_USER} and {ADMIN_PASSWORD}"
    return _open(named, auth=(user, password))


def _open(named_by: str, **credentials: Any) -> Grafana:
    import httpx2  # noqa: PLC0415 - as above

    address = _setting(URL, "where Grafana is").rstrip("/")
    if not address.startswith(("https://", "http://")):
        raise StepFailed(
            f"{URL} is '{address}', which begins with neither https:// nor http://.",
            way_out="For example https://grafana.example.com",
        )
    http = httpx2.Client(timeout=SECONDS, follow_redirects=False, **credentials)
    return Grafana(address, http, named_by)


def _setting(name: str, what: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise StepFailed(f"{name} is not set.", way_out=f"It is {what}.")
    return value


def _organisation(number: int) -> dict[str, str]:
    return {"X-Grafana-Org-Id": str(number)}


def _message(answer: httpx2.Response) -> str:
    """Give Grafana's own words, of which errors have one of three shapes."""
    try:
        said = answer.json()
    except ValueError:
        return answer.reason_phrase
    if not isinstance(said, dict):
        return answer.reason_phrase
    words = [str(said[key]) for key in ("message", "error", "status") if said.get(key)]
    return ": ".join(dict.fromkeys(words)) or answer.reason_phrase
