"""The daily job's part: judge every subscription, and deliver what it has to tell."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from chat.alerts.https import NotDelivered
from chat.alerts.judging import judge
from chat.alerts.report import AlertReport
from chat.alerts.sending import Message
from chat.alerts.wording import describe
from chat.store.deliveries import mark_failed, mark_sent, notice, waiting
from chat.store.subscriptions import read_subscription, subscription_ids

if TYPE_CHECKING:
    from datetime import date

    from chat.alerts.sending import Sender
    from chat.store.database import Store
    from chat.store.subscriptions import Subscription
    from chat.warehouse import Reader

logger = logging.getLogger(__name__)


def run_alerts(
    store: Store, reader: Reader, sender: Sender, today: date
) -> AlertReport:
    """Judge and deliver; one subscription that fails stops no other.

    Args:
        store: Where subscriptions are kept.
        reader: The figures.
        sender: Delivers.
        today: The day that it is, in UTC.
    """
    report = AlertReport()
    for alert_id in subscription_ids(store):
        try:
            one = read_subscription(store, alert_id)
            if one is None:
                continue
            notice(store, alert_id, judge(one, reader, today))
        except ValueError as error:
            _fail(report, alert_id, f"not judged: {error}")
            continue
        report.judged += 1
        _deliver(store, sender, one, report)
    return report


def _deliver(
    store: Store, sender: Sender, one: Subscription, report: AlertReport
) -> None:
    found = waiting(store, one.id)
    if not found:
        return
    message = Message(
        alert_id=one.id,
        kind=one.rule.kind,
        subscribed=f"Tell me {describe(one.rule)}.",
        notices=tuple(found.values()),
    )
    try:
        sender.send(message, one.channel, one.destination)
    except NotDelivered as error:
        mark_failed(store, found, str(error))
        _fail(report, one.id, f"not delivered by {one.channel}: {error}")
        return
    mark_sent(store, found)
    report.sent += 1
    report.notices += len(found)


def _fail(report: AlertReport, alert_id: str, reason: str) -> None:
    text = f"alert {alert_id} {reason}"
    logger.warning("%s", text)
    report.failures.append(text)
