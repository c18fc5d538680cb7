"""Delivery of alerts: what arrives, and where nothing may go."""

import email
import email.policy
import hashlib
import hmac
import json
import ssl
from pathlib import Path

import pytest
from receivers import LOCAL, Received, https_server, mail_server

from chat.alerts.https import Network, NotDelivered, is_public
from chat.alerts.sending import SIGNATURE, Message, Sender
from chat.alerts.settings import (
    AlertSettings,
    MailSettings,
    read_alert_settings,
)
from chat.errors import SettingsError
from chat.store.deliveries import Notice

HOST = "hooks.example.com"
SECRET = "a secret of webhooks that is long enough"
MESSAGE = Message(
    alert_id="a" * 32,
    kind="cost_above",
    subscribed="Tell me when a day's cost is above $500.00.",
    notices=(
        Notice(
            period="2026-11-20",
            about="",
            text="$612.40: cost <on> 20 November 2026, above $500.\nBcc: x@y.example",
            value="612.4",
        ),
    ),
)


def _local(received: Received, trusting: ssl.SSLContext) -> Network:
    """Let every name lead to the test's own server."""
    return Network(
        look_up=lambda *_: {LOCAL},
        is_allowed=lambda _: True,
        port=received.port,
        tls=trusting,
    )


def test_a_webhook_gets_a_signed_body(tmp_path: Path) -> None:
    """Without a signature anybody can tell a receiver of an alert."""
    settings = AlertSettings(webhook_hosts=(HOST,), webhook_secret=SECRET)
    with https_server(tmp_path, HOST) as (received, trusting):
        network = _local(received, trusting)
        sender = Sender(settings=settings, network=network)
        sender.send(MESSAGE, "webhook", f"https://{HOST}/in?x=1")

    ((headers, body),) = received.items
    at, mac = (part.split("=")[1] for part in headers[SIGNATURE].split(","))
    expected = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256)
    assert mac == expected.hexdigest()
    assert headers["path"] == "/in?x=1"
    told = json.loads(body)
    assert told["alert_id"] == MESSAGE.alert_id
    assert told["notices"][0]["value"] == "612.4"


def test_slack_gets_words_that_mention_nobody(tmp_path: Path) -> None:
    """A customer called <!channel> would wake everybody."""
    with https_server(tmp_path, "hooks.slack.com") as (received, trusting):
        network = _local(received, trusting)
        sender = Sender(
            settings=AlertSettings(slack_workspaces=("T1",)), network=network
        )
        sender.send(MESSAGE, "slack", "https://hooks.slack.com/services/T1/B1/abc")

    assert "cost &lt;on&gt; 20" in json.loads(received.items[0][1])["text"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_not_taken_is_not_delivered(tmp_path: Path, status: int) -> None:
    """An alert that got lost and counts as sent is never sent again."""
    with https_server(tmp_path, HOST) as (received, trusting):
        received.answer = status
        network = _local(received, trusting)
        with pytest.raises(NotDelivered, match=str(status)):
            network.post(f"https://{HOST}/", b"{}", {})

    assert len(received.items) == 1


def test_a_host_has_to_prove_to_be_itself(tmp_path: Path) -> None:
    """Who answers at the address may be anybody."""
    with https_server(tmp_path, "other.example.com") as (received, trusting):
        network = _local(received, trusting)
        with pytest.raises(NotDelivered, match="SSL"):
            network.post(f"https://{HOST}/", b"{}", {})

    assert received.items == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "2002:7f00:1::",
        "64:ff9b:1::1",
    ],
)
def test_no_request_goes_into_an_own_network(address: str) -> None:
    """A listed name may be led to the metadata service of a cloud."""
    assert not is_public(address)
    network = Network(look_up=lambda *_: {"93.184.216.34", address})

    with pytest.raises(NotDelivered, match="no public address"):
        network.post(f"https://{HOST}/", b"{}", {})


def test_addresses_of_the_internet_are_public() -> None:
    """A check that refuses everything delivers nothing."""
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


def test_a_mail_says_what_happened_and_whom_it_is_for() -> None:
    """A name out of a bill must not add a header, such as a second recipient."""
    with mail_server() as received:
        mail = MailSettings(
            host=LOCAL,
            port=received.port,
            sender="costs@example.com",
            security="none",
        )
        sender = Sender(settings=AlertSettings(email_domains=("x.com",), mail=mail))
        sender.send(MESSAGE, "email", "fin@x.com")

    ((envelope, text),) = received.items
    read = email.message_from_bytes(text, policy=email.policy.default)
    assert envelope["RCPT"] == "rcpt TO:<fin@x.com>"
    assert read["Subject"].strip().startswith("AI costs: $612.40: cost")
    assert read["Bcc"] is None
    assert "subscribed to it" in read.get_content()


def test_a_mail_server_that_cannot_encrypt_gets_no_mail() -> None:
    """Figures and a password in clear text."""
    with mail_server() as received:
        mail = MailSettings(
            host=LOCAL, port=received.port, sender="costs@example.com", user="u"
        )
        sender = Sender(settings=AlertSettings(email_domains=("x.com",), mail=mail))
        with pytest.raises(NotDelivered, match=LOCAL):
            sender.send(MESSAGE, "email", "fin@x.com")

    assert received.items == []


def test_what_was_taken_off_the_list_is_sent_nothing_more() -> None:
    """A subscription outlives the list that allowed it."""
    sender = Sender(settings=AlertSettings(webhook_hosts=("other.example.com",)))

    with pytest.raises(NotDelivered, match="LLM_COSTS_ALERT_WEBHOOK_HOSTS"):
        sender.send(MESSAGE, "webhook", f"https://{HOST}/")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"LLM_COSTS_ALERT_WEBHOOK_HOSTS": HOST}, "WEBHOOK_SECRET"),
        ({"LLM_COSTS_ALERT_WEBHOOK_HOSTS": "*.example.com"}, "in full"),
        ({"LLM_COSTS_ALERT_EMAIL_DOMAINS": "x.com"}, "LLM_COSTS_SMTP_HOST"),
        (
            {
                "LLM_COSTS_ALERT_EMAIL_DOMAINS": "x.com",
                "LLM_COSTS_SMTP_HOST": "h",
                "LLM_COSTS_SMTP_SENDER": "a@x.com",
                "LLM_COSTS_SMTP_SECURITY": "maybe",
            },
            "LLM_COSTS_SMTP_SECURITY is one of",
        ),
    ],
)
def test_a_channel_without_what_it_needs_is_told_at_the_start(
    given: dict[str, str], told: str
) -> None:
    """Told by the first alert, it would be told to nobody."""
    with pytest.raises(SettingsError, match=told):
        read_alert_settings(given)
