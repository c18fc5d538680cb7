"""Settings of alerts: where they may go, and how they get there.

Without an entry in its list a channel is off. The lists are what keeps a subscription
from sending figures to any address, or requests into the own network.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from chat.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SHORTEST_SECRET = 32
Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """The mail server.

    Attributes:
        host: Its name.
        port: Its port.
        user: For signing in, where it wants that.
        password: For signing in.
        sender: Address that mails come from.
        security: Whether the connection is encrypted, and from when on.
    """

    host: str
    sender: str
    port: int = 587
    user: str = ""
    password: str = ""
    security: Security = "starttls"


@dataclass(frozen=True, kw_only=True)
class AlertSettings:
    """Where alerts may go.

    Attributes:
        email_domains: Domains that mails may be sent to.
        slack_workspaces: Ids of Slack's workspaces, the T... in a webhook's address.
        webhook_hosts: Hosts that may be called.
        webhook_secret: Key of the signature of what webhooks are sent.
        mail: The mail server.
    """

    email_domains: tuple[str, ...] = ()
    slack_workspaces: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()
    webhook_secret: str = ""
    mail: MailSettings | None = None


def read_alert_settings(environment: Mapping[str, str] | None = None) -> AlertSettings:
    """Read the settings.

    Args:
        environment: By default the process's own.

    Raises:
        SettingsError: A channel is on, but what it needs is not set.
    """
    given = os.environ if environment is None else environment

    def text(name: str) -> str:
        return (given.get(name) or "").strip()

    def names(name: str) -> tuple[str, ...]:
        return tuple(one.strip() for one in text(name).split(",") if one.strip())

    domains = tuple(one.lower() for one in names("LLM_COSTS_ALERT_EMAIL_DOMAINS"))
    hosts = tuple(one.lower() for one in names("LLM_COSTS_ALERT_WEBHOOK_HOSTS"))
    if wild := [one for one in (*domains, *hosts) if "*" in one or "/" in one]:
        raise SettingsError(
            f"{wild[0]!r} is no name of a host or domain: write each in full, such as "
            "hooks.example.com."
        )
    secret = text("LLM_COSTS_ALERT_WEBHOOK_SECRET")
    if hosts and len(secret.encode()) < SHORTEST_SECRET:
        raise SettingsError(
            "LLM_COSTS_ALERT_WEBHOOK_HOSTS is set, so LLM_COSTS_ALERT_WEBHOOK_SECRET "
            f"has to be as well, with at least {SHORTEST_SECRET} characters: receivers "
            "know by its signature who calls."
        )
    return AlertSettings(
        email_domains=domains,
        slack_workspaces=names("LLM_COSTS_ALERT_SLACK_WORKSPACES"),
        webhook_hosts=hosts,
        webhook_secret=secret,
        mail=_mail(text) if domains else None,
    )


def _mail(text: Callable[[str], str]) -> MailSettings:
    host, sender = text("LLM_COSTS_SMTP_HOST"), text("LLM_COSTS_SMTP_SENDER")
    for name, value in (
        ("LLM_COSTS_SMTP_HOST", host),
        ("LLM_COSTS_SMTP_SENDER", sender),
    ):
        if not value:
            raise SettingsError(
                f"LLM_COSTS_ALERT_EMAIL_DOMAINS is set, so {name} has to be as well."
            )
    port = text("LLM_COSTS_SMTP_PORT") or "587"
    if not port.isdigit():
        raise SettingsError(f"LLM_COSTS_SMTP_PORT={port!r} is no port.")
    for one in get_args(Security):
        if one == (text("LLM_COSTS_SMTP_SECURITY") or "starttls"):
            return MailSettings(
                host=host,
                port=int(port),
                user=text("LLM_COSTS_SMTP_USER"),
                password=text("LLM_COSTS_SMTP_PASSWORD"),
                sender=sender,
                security=one,
            )
    raise SettingsError(
        f"LLM_COSTS_SMTP_SECURITY is one of {', '.join(get_args(Security))}."
    )
