"""Judges a subscription by the figures, under the scope that it was made with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chat.alerts.wording import word_notice
from chat.asker import Asker, complete_until, run_query
from chat.query import TimeRange
from chat.scoping import refuse_foreign
from chat.store.deliveries import Notice
from chat.store.owners import kept_scope

if TYPE_CHECKING:
    from datetime import date

    from chat.alerts.rules import AlertRule
    from chat.store.subscriptions import Subscription
    from chat.warehouse import Reader

# Bills restate their last days, and a job may miss some: what these days come to show
# is told, once each.
DAYS_BACK = timedelta(days=6)


def judge(subscription: Subscription, reader: Reader, today: date) -> list[Notice]:
    """Give what a subscription has to tell, whether it was told before or not.

    Only complete days are judged.

    Args:
        subscription: What is watched.
        reader: The warehouse.
        today: The day that it is, in UTC.

    Raises:
        ValueError: The kept scope does not fit its role.
        QueryError: The figures cannot be read, or are not for this subscriber.
    """
    rule = subscription.rule
    scope = kept_scope(subscription.role, subscription.customers)
    refuse_foreign(rule.filters, scope)
    asker = Asker(reader=reader, scope=scope, today=today)
    until = complete_until(asker)
    if until is None:
        return []
    first = _first(rule, until, subscription.first_day)
    if first > until:
        return []
    query = rule.query(TimeRange(first=first, last=until))
    _, rows = run_query(query, asker, until)
    return [_notice(rule, row, first) for row in rows]


def _first(rule: AlertRule, until: date, first_day: date | None) -> date:
    if rule.period == "month":
        return until.replace(day=1)
    return max(until - DAYS_BACK, first_day or until)


def _notice(rule: AlertRule, row: dict[str, Any], first: date) -> Notice:
    when = row.get("day", first)
    names = (row.get(one) for one in ("customer", "provider", "team"))
    about = str(next(filter(None, names), ""))
    return Notice(
        period=f"{when:%Y-%m-%d}" if rule.period == "day" else f"{when:%Y-%m}",
        about=about,
        text=word_notice(rule, value=row[rule.metric], when=when, about=about),
        value=str(row[rule.metric]),
    )
