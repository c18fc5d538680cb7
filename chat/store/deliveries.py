"""What subscribers are told: noticed once, and kept until it has arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import select, update

from chat.store.tables import DeliveryRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chat.store.database import Store

WAITING = ("pending", "failed")
# Ten days of a daily job: what has not arrived by then is no news any more.
MOST_ATTEMPTS = 10
LONGEST_REASON = 300


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something to tell.

    Attributes:
        period: The day, YYYY-MM-DD, or the month, YYYY-MM.
        about: The customer, where each is told of by itself; else empty.
        text: In words.
        value: The figure as the warehouse gave it.
    """

    period: str
    about: str
    text: str
    value: str | None


def notice(store: Store, alert_id: str, noticed: Iterable[Notice]) -> None:
    """Keep what has to be told, unless it has been noticed before."""
    with store.session() as session:
        known = {
            (period, about)
            for period, about in session.execute(
                select(DeliveryRow.period, DeliveryRow.about).where(
                    DeliveryRow.alert_id == alert_id
                )
            )
        }
        for one in noticed:
            if (one.period, one.about) not in known:
                session.add(
                    DeliveryRow(
                        id=uuid4().hex,
                        alert_id=alert_id,
                        period=one.period,
                        about=one.about,
                        text=one.text,
                        value=one.value,
                        state="pending",
                        attempts=0,
                        noticed_at=datetime.now(UTC),
                    )
                )


def waiting(store: Store, alert_id: str) -> dict[str, Notice]:
    """Give what has not arrived yet, by its id, the oldest first."""
    statement = (
        select(DeliveryRow)
        .where(DeliveryRow.alert_id == alert_id, DeliveryRow.state.in_(WAITING))
        .order_by(DeliveryRow.period, DeliveryRow.about)
    )
    with store.session() as session:
        return {
            row.id: Notice(
                period=row.period, about=row.about, text=row.text, value=row.value
            )
            for row in session.scalars(statement)
        }


def mark_sent(store: Store, ids: Iterable[str]) -> None:
    """Note that something has been delivered."""
    with store.session() as session:
        session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id.in_(list(ids)))
            .values(
                state="sent",
                attempts=DeliveryRow.attempts + 1,
                sent_at=datetime.now(UTC),
                reason=None,
            )
        )


def mark_failed(store: Store, ids: Iterable[str], reason: str) -> None:
    """Note that something could not be delivered, and give it up in the end."""
    with store.session() as session:
        rows = session.scalars(select(DeliveryRow).where(DeliveryRow.id.in_(list(ids))))
        for row in rows:
            row.attempts += 1
            row.state = "given up" if row.attempts >= MOST_ATTEMPTS else "failed"
            row.reason = reason[:LONGEST_REASON]
