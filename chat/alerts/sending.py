"""Delivers a message by mail, to Slack, or to a webhook."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING

from chat.alerts.destinations import NotAllowed, check_destination
from chat.alerts.https import SECONDS, Network, NotDelivered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat.alerts.destinations import Channel
    from chat.alerts.settings import AlertSettings, MailSettings
    from chat.store.deliveries import Notice

SIGNATURE = "X-LLM-Costs-Signature"
SUBJECT = "AI costs: "
LONGEST_SUBJECT = 120
WHY = "You get this because you subscribed to it: "


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a subscriber is told at once.

    Attributes:
        alert_id: The subscription.
        kind: What it watches.
        subscribed: The subscription in words.
        notices: What happened.
    """

    alert_id: str
    kind: str
    subscribed: str
    notices: Sequence[Notice]


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Delivers messages.

    Attributes:
        settings: Where they may go.
        network: How webhooks are reached.
    """

    settings: AlertSettings
    network: Network = field(default_factory=Network)

    def send(self, message: Message, channel: Channel, destination: str) -> None:
        """Deliver a message.

        Raises:
            NotDelivered: It did not arrive, or may not go there any more.
        """
        try:
            check_destination(channel, destination, self.settings)
        except NotAllowed as error:
            raise NotDelivered(str(error)) from error
        if channel == "email":
            self._mail(message, destination)
        elif channel == "slack":
            text = "\n".join(_escaped(one.text) for one in message.notices)
            self._post(destination, {"text": text})
        else:
            self._call(message, destination)

    def _mail(self, message: Message, destination: str) -> None:
        if self.settings.mail is None:
            raise NotDelivered("no mail server is set: LLM_COSTS_SMTP_HOST")
        mail = write_mail(message, self.settings.mail, destination)
        try:
            _hand_over(mail, self.settings.mail)
        except (OSError, smtplib.SMTPException) as error:
            where = self.settings.mail.host
            raise NotDelivered(f"{where}: {type(error).__name__}") from error

    def _call(self, message: Message, destination: str) -> None:
        told: dict[str, object] = {
            "alert_id": message.alert_id,
            "kind": message.kind,
            "subscribed": message.subscribed,
            "notices": [
                {
                    "period": one.period,
                    "customer": one.about or None,
                    "value": one.value,
                    "text": one.text,
                }
                for one in message.notices
            ],
        }
        self._post(destination, told, is_signed=True)

    def _post(
        self, destination: str, told: dict[str, object], *, is_signed: bool = False
    ) -> None:
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "llm-costs"}
        if is_signed:
            key = self.settings.webhook_secret
            headers[SIGNATURE] = sign(body, key, int(time.time()))
        self.network.post(destination, body, headers)


def sign(body: bytes, key: str, at: int) -> str:
    """Give the signature of a webhook's body.

    Of the time and the body, so that a message that was caught cannot be sent again
    later: receivers refuse what is older than some minutes.

    Args:
        body: As it is sent.
        key: The shared secret.
        at: The time, in seconds since 1970.
    """
    signed = f"{at}.".encode() + body
    mac = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def write_mail(
    message: Message, settings: MailSettings, destination: str
) -> EmailMessage:
    """Write a message as a mail.

    Args:
        message: What is told.
        settings: Who sends it.
        destination: Whom to.
    """
    mail = EmailMessage()
    first = " ".join(message.notices[0].text.split())
    more = f" (+{len(message.notices) - 1})" if len(message.notices) > 1 else ""
    # A name out of the bills must not begin a header of its own: no line breaks.
    mail["Subject"] = f"{SUBJECT}{first[:LONGEST_SUBJECT]}{more}"
    mail["From"] = settings.sender
    mail["To"] = destination
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    lines = [one.text for one in message.notices]
    mail.set_content("\n".join([*lines, "", WHY + message.subscribed]))
    return mail


def _hand_over(mail: EmailMessage, settings: MailSettings) -> None:
    context = ssl.create_default_context()
    place = (settings.host, settings.port)
    server = (
        smtplib.SMTP_SSL(*place, timeout=SECONDS, context=context)
        if settings.security == "tls"
        else smtplib.SMTP(*place, timeout=SECONDS)
    )
    with server:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, settings.password)
        server.send_message(mail)


def _escaped(text: str) -> str:
    """Write a text for Slack, where < and & begin links and mentions."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
