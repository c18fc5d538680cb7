"""The alerts that people have subscribed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import func, select

from chat.alerts.rules import AlertRule
from chat.store.owners import is_owner, kept_customers
from chat.store.tables import AlertRow, DeliveryRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from chat.alerts.destinations import Channel
    from chat.auth import Person
    from chat.store.database import Store

MOST_PER_PERSON = 50


class TooMany(ValueError):  # noqa: N818 - reads as what happened
    """Somebody has as many subscriptions as one may have."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A wish to be told, as it is kept.

    Attributes:
        id: Its id.
        created_at: When it was made.
        subject: Who made it.
        role: His role then.
        customers: The customers that he saw then; None for all.
        rule: What is watched.
        channel: How it is delivered.
        destination: Where to.
        first_day: First day that is judged.
        last_sent_at: When it last told something.
        failure: Why what it has to tell has not arrived; None where nothing waits.
    """

    id: str
    created_at: datetime
    subject: str
    role: str
    customers: list[str] | None
    rule: AlertRule
    channel: Channel
    destination: str
    first_day: date | None
    last_sent_at: datetime | None = None
    failure: str | None = None


def subscribe(  # noqa: PLR0913 - what a subscription is made of
    store: Store,
    person: Person,
    *,
    rule: AlertRule,
    channel: Channel,
    destination: str,
    first_day: date | None,
) -> Subscription:
    """Keep a subscription, with the scope that its maker has now.

    Raises:
        TooMany: He has as many as one may have.
    """
    row = AlertRow(
        id=uuid4().hex,
        created_at=datetime.now(UTC),
        subject=person.subject,
        role=person.role,
        customers=kept_customers(person.scope),
        rule=rule.model_dump(mode="json"),
        channel=channel,
        destination=destination,
        first_day=first_day,
    )
    with store.session() as session:
        counted = session.scalar(
            select(func.count())
            .select_from(AlertRow)
            .where(AlertRow.subject == person.subject)
        )
        if counted and counted >= MOST_PER_PERSON:
            raise TooMany(f"At most {MOST_PER_PERSON} alerts: delete one first.")
        session.add(row)
        session.flush()
        return _read(row)


def subscriptions_of(store: Store, person: Person) -> list[Subscription]:
    """Give somebody's subscriptions, the oldest first."""
    statement = (
        select(AlertRow)
        .where(AlertRow.subject == person.subject)
        .order_by(AlertRow.created_at, AlertRow.id)
    )
    with store.session() as session:
        return [
            _with_deliveries(session, row)
            for row in session.scalars(statement)
            if is_owner(person, row.subject, row.customers)
        ]


def unsubscribe(store: Store, person: Person, alert_id: str) -> bool:
    """Delete a subscription; say whether it was the person's own."""
    with store.session() as session:
        row = session.get(AlertRow, alert_id)
        if row is None or not is_owner(person, row.subject, row.customers):
            return False
        session.delete(row)
    return True


def subscription_ids(store: Store) -> list[str]:
    """Give everybody's ids, for the daily job."""
    with store.session() as session:
        ids = select(AlertRow.id).order_by(AlertRow.created_at, AlertRow.id)
        return list(session.scalars(ids))


def read_subscription(store: Store, alert_id: str) -> Subscription | None:
    """Give a subscription; None if it has been deleted meanwhile.

    Raises:
        ValueError: The registry does not know any more what it watches.
    """
    with store.session() as session:
        row = session.get(AlertRow, alert_id)
        return _read(row) if row else None


def _with_deliveries(session: Session, row: AlertRow) -> Subscription:
    last_sent = session.scalar(
        select(func.max(DeliveryRow.sent_at)).where(DeliveryRow.alert_id == row.id)
    )
    failure = session.scalar(
        select(DeliveryRow.reason)
        .where(DeliveryRow.alert_id == row.id, DeliveryRow.state == "failed")
        .order_by(DeliveryRow.noticed_at.desc())
        .limit(1)
    )
    return _read(row, last_sent_at=last_sent, failure=failure)


def _read(
    row: AlertRow,
    *,
    last_sent_at: datetime | None = None,
    failure: str | None = None,
) -> Subscription:
    channel: Channel = row.channel  # type: ignore[assignment]
    return Subscription(
        id=row.id,
        created_at=row.created_at,
        subject=row.subject,
        role=row.role,
        customers=row.customers,
        rule=AlertRule.model_validate(row.rule),
        channel=channel,
        destination=row.destination,
        first_day=row.first_day,
        last_sent_at=last_sent_at,
        failure=failure,
    )
