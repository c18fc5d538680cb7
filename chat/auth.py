"""Who asks: read from a signed token, and from nothing else of a request.

A token is a JWT with `sub`, `iss`, `aud`, `exp` and `role`; the customer of the role
`customer` is `customer_id`, those of an account manager are `customers`. Finance and
admin see all, unless `customers` says whose; a `customer_id` is of none of them. The
algorithm is the one of the settings, whatever a token says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, get_args

import jwt

from chat.keys import PublicKeys
from chat.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chat.settings import ChatSettings

Role = Literal["customer", "account_manager", "finance", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
SEES_EVERYTHING = {"finance", "admin"}
# Clocks of two machines differ by seconds.
LEEWAY = timedelta(seconds=10)
MOST_CUSTOMERS = 1_000
LONGEST_SUBJECT = 255


class NotSignedIn(Exception):  # noqa: N818 - reads as what happened
    """The token is missing or not to be trusted; why is logged, not told."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who asks.

    Attributes:
        subject: The user, as the issuer calls him.
        role: What he may do.
        scope: Whose costs he may see.
    """

    subject: str
    role: Role
    scope: Scope


class TokenReader:
    """Checks tokens by the key of the settings."""

    def __init__(self, settings: ChatSettings) -> None:
        """Keep the settings; keys of an address are fetched at the first token."""
        self._settings = settings
        self._keys = PublicKeys(settings.jwks_url) if settings.jwks_url else None

    def read(self, token: str) -> Person:
        """Give who a token stands for.

        Raises:
            NotSignedIn: It is forged, expired, for somebody else or incomplete.
            KeysUnreachable: Whoever signs tokens cannot be asked for the keys.
        """
        try:
            claims = jwt.decode(
                token,
                self._key(token),
                algorithms=["RS256" if self._keys else "HS256"],
                audience=self._settings.audience,
                issuer=self._settings.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise NotSignedIn(str(error)) from error
        return _person(claims)

    def _key(self, token: str) -> Any:
        if self._keys is not None:
            return self._keys.key_of(token).key
        return self._settings.secret


def _person(claims: dict[str, Any]) -> Person:
    role = claims.get("role")
    if role not in ROLES:
        raise NotSignedIn(f"role {role!r} is not known")
    if not 0 < len(str(claims["sub"])) <= LONGEST_SUBJECT:
        raise NotSignedIn("the subject is empty or too long")
    return Person(subject=str(claims["sub"]), role=role, scope=_scope(role, claims))


def _scope(role: Role, claims: dict[str, Any]) -> Scope:
    if role in SEES_EVERYTHING:
        if claims.get("customer_id") is not None:
            # An issuer may call so whoever administers one customer.
            raise NotSignedIn(f"a token of role {role} is of no customer")
        if claims.get("customers") is None:
            return Scope.everything()
    is_one = role == "customer"
    named: Any = [claims.get("customer_id")] if is_one else claims.get("customers")
    if not isinstance(named, list) or not 0 < len(named) <= MOST_CUSTOMERS:
        raise NotSignedIn(f"a token of role {role} names no customers")
    if not all(isinstance(one, str) and one for one in named):
        raise NotSignedIn(f"a token of role {role} names no customer")
    return Scope.only(named)


def issue_token(  # noqa: PLR0913 - what a token says
    settings: ChatSettings,
    *,
    subject: str,
    role: Role,
    customers: Iterable[str] = (),
    lifetime: timedelta = timedelta(hours=8),
    now: datetime | None = None,
) -> str:
    """Make a token, for development and for an application's own server.

    Args:
        settings: With a secret; tokens of an address are issued there.
        subject: The user.
        role: What he may do.
        customers: Whose costs he may see; of finance and admin all by default.
        lifetime: How long it holds.
        now: For tests.
    """
    if settings.secret is None:
        raise ValueError("Tokens are issued by whoever holds the keys of the address.")
    named = list(customers)
    at = now or datetime.now(UTC)
    claims: dict[str, Any] = {
        "sub": subject,
        "iss": settings.issuer,
        "aud": settings.audience,
        "iat": at,
        "exp": at + lifetime,
        "role": role,
    }
    if role == "customer":
        (claims["customer_id"],) = named
    elif role == "account_manager" or named:
        claims["customers"] = named
    return jwt.encode(claims, settings.secret, algorithm="HS256")
