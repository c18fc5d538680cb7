"""What all requests share, and who is behind one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Depends, HTTPException, Request, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from chat import audit
from chat.asker import Asker
from chat.auth import NotSignedIn, Person, TokenReader
from chat.keys import KeysUnreachable
from chat.language import PLAIN, Language
from chat.limits import Limits
from chat.scope import Scope
from chat.settings import ChatSettings
from chat.store.database import Store
from chat.warehouse import Reader
from chat.warehouse_choice import make_reader
from chat.warehouse_settings import WarehouseSettings

bearer = HTTPBearer(auto_error=False, description="A signed session token (JWT).")


def day_in(zone: ZoneInfo) -> date:
    """Give the day that it is in a time zone."""
    return datetime.now(zone).date()


@dataclass(frozen=True, kw_only=True)
class Service:
    """What all requests share.

    Attributes:
        settings: How the chat runs.
        reader: The warehouse.
        tokens: Checks tokens.
        store: What the chat keeps.
        today: The day that it is in a time zone.
        language: How questions are read and answers worded.
        limits: Counts requests.
        reader_for: Gives the warehouse that answers a scope; without it, `reader`.
    """

    settings: ChatSettings
    reader: Reader
    tokens: TokenReader
    store: Store
    limits: Limits
    today: Callable[[ZoneInfo], date] = day_in
    language: Language = PLAIN
    reader_for: Callable[[Scope], Reader] | None = None

    def asker(self, person: Person, time_zone: str = "UTC") -> Asker:
        """Give who asks, with his day and his scope."""
        try:
            zone = ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            told = f"{time_zone!r} is no IANA time zone."
            raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, told) from error
        chosen = self.reader_for(person.scope) if self.reader_for else self.reader
        return Asker(reader=chosen, scope=person.scope, today=self.today(zone))

    def identify(self, credentials: HTTPAuthorizationCredentials | None) -> Person:
        """Give who is behind a token.

        Raises:
            NotSignedIn: There is none, or it is not to be trusted.
        """
        if credentials is None:
            raise NotSignedIn("no token")
        return self.tokens.read(credentials.credentials)


def make_service(
    settings: ChatSettings,
    *,
    today: Callable[[ZoneInfo], date] = day_in,
    language: Language = PLAIN,
) -> Service:
    """Make what all requests share, with the store's tables up to date.

    Args:
        settings: How the chat runs.
        today: The day that it is in a time zone.
        language: How questions are read and answers worded.

    Raises:
        StoreError: The store cannot be opened.
        SettingsError: The warehouse's driver is not installed.
    """
    warehouse = settings.warehouse or WarehouseSettings(serving=settings.serving)
    reader = make_reader(warehouse)
    store = Store(settings.store_url)
    store.migrate()
    return Service(
        settings=settings,
        reader=reader,
        tokens=TokenReader(settings),
        store=store,
        limits=Limits(per_minute=settings.questions_per_minute),
        today=today,
        language=language,
    )


def service_of(request: Request) -> Service:
    """Give what all requests share."""
    service: Service = request.app.state.service
    return service


def signed_in(
    request: Request,
    service: Annotated[Service, Depends(service_of)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Person:
    """Give who asks, out of the token; refuse without a valid one."""
    try:
        person = service.identify(credentials)
    except KeysUnreachable as error:
        audit.note("keys unreachable", reason=str(error))
        raise HTTPException(
            status.HTTP_503_SERVICE_UNAVAILABLE,
            "Whoever signs the tokens cannot be reached; try again later.",
        ) from error
    except NotSignedIn as error:
        address = request.client.host if request.client else ""
        if not service.limits.allows_refusal(address):
            # Not noted either: a log that anyone can fill hides what matters.
            told = "Too many requests without a valid token."
            raise _too_many(told) from error
        audit.note("refused", reason=str(error), address=address)
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "Sign in again: the token is missing or not valid.",
            headers={"WWW-Authenticate": "Bearer"},
        ) from error
    if not service.limits.allows(person):
        raise _too_many(f"At most {service.limits.per_minute} requests a minute.")
    audit.note("request", person, method=request.method, path=request.url.path)
    return person


def _too_many(told: str) -> HTTPException:
    return HTTPException(
        status.HTTP_429_TOO_MANY_REQUESTS, told, headers={"Retry-After": "60"}
    )
