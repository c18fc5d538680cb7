"""Where an alert may go: only what the settings list, and never into the network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from chat.alerts.settings import AlertSettings

Channel = Literal["email", "slack", "webhook"]
SLACK_HOST = "hooks.slack.com"
HTTPS = 443
SHOWN = 4

# What mail servers of today deliver to; quoted and commented forms are not needed.
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_SLACK = re.compile(r"/services/(T[A-Z0-9]+)/(B[A-Z0-9]+)/[A-Za-z0-9]+")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


class NotAllowed(ValueError):  # noqa: N818 - reads as what happened
    """The destination is not one that the settings allow."""


def check_destination(channel: Channel, destination: str, to: AlertSettings) -> None:
    """Refuse a destination that is not on the list.

    Asked when a subscription is made, and again before each delivery: what has been
    taken off a list is sent nothing more.

    Args:
        channel: How it is delivered.
        destination: An address of mail, or a webhook's.
        to: The lists.

    Raises:
        NotAllowed: It is not; the message says what would be.
    """
    if channel == "email":
        _check_mail(destination, to)
    elif channel == "slack":
        _check_slack(destination, to)
    else:
        _check_webhook(destination, to)


def open_channels(to: AlertSettings) -> dict[Channel, tuple[str, ...]]:
    """Give the channels that are on, with what each may reach."""
    listed: dict[Channel, tuple[str, ...]] = {
        "email": to.email_domains,
        "slack": to.slack_workspaces,
        "webhook": to.webhook_hosts,
    }
    return {channel: names for channel, names in listed.items() if names}


def shown(channel: Channel, destination: str) -> str:
    """Give a destination as it is shown: a webhook's address is a key by itself."""
    if channel == "email":
        return destination
    host = urlsplit(destination).hostname or ""
    return f"https://{host}/...{destination[-SHOWN:]}"


def _check_mail(destination: str, to: AlertSettings) -> None:
    found = _ADDRESS.fullmatch(destination)
    if found is None:
        raise NotAllowed("That is no address of mail.")
    if found.group(1).lower() not in to.email_domains:
        raise NotAllowed(_not_listed("LLM_COSTS_ALERT_EMAIL_DOMAINS", to.email_domains))


def _check_slack(destination: str, to: AlertSettings) -> None:
    address = _read(destination)
    found = _SLACK.fullmatch(address.path)
    if address.hostname != SLACK_HOST or found is None or address.query:
        raise NotAllowed(
            f"A Slack webhook is https://{SLACK_HOST}/services/T.../B.../..."
        )
    if found.group(1) not in to.slack_workspaces:
        raise NotAllowed(
            _not_listed("LLM_COSTS_ALERT_SLACK_WORKSPACES", to.slack_workspaces)
        )


def _check_webhook(destination: str, to: AlertSettings) -> None:
    if _read(destination).hostname not in to.webhook_hosts:
        raise NotAllowed(_not_listed("LLM_COSTS_ALERT_WEBHOOK_HOSTS", to.webhook_hosts))


def _read(destination: str) -> SplitResult:
    refused = NotAllowed("A webhook is an https:// address without a port or password.")
    if not _PRINTABLE.fullmatch(destination) or "\\" in destination:
        raise refused
    try:
        address = urlsplit(destination)
        port = address.port
    except ValueError as error:
        raise refused from error
    is_plain = "@" not in address.netloc and not address.fragment
    if address.scheme != "https" or port not in {None, HTTPS} or not is_plain:
        raise refused
    return address


def _not_listed(setting: str, names: tuple[str, ...]) -> str:
    if not names:
        return f"This channel is off: {setting} lists nothing."
    return f"That is not among what {setting} allows: {', '.join(names)}."
