"""The store's tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect  # noqa: TC002 - SQLAlchemy reads annotations
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Named, so that a migration can find a constraint again on every engine.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
ID = String(32)
SUBJECT = String(255)
LONGEST_MODEL = 100


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC; SQLite keeps no zone, so none is sent and UTC is put back."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the base class names it
    ) -> datetime | None:
        """Give the time as it is kept."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the base class names it
    ) -> datetime | None:
        """Give the time as it was."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables of the store."""

    metadata = MetaData(naming_convention=NAMES)


class AnswerRow(Base):
    """One answer that was given. One row per question."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_asked_at", "asked_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    subject: Mapped[str] = mapped_column(SUBJECT)
    role: Mapped[str] = mapped_column(String(20))
    # null stands for all customers
    customers: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    planner: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(20))
    milliseconds: Mapped[int] = mapped_column(Integer)
    # only where LLM_COSTS_CHAT_LOG_QUESTIONS says so
    question: Mapped[str | None] = mapped_column(Text, nullable=True)
    # the language model that was asked; null where none was
    model: Mapped[str | None] = mapped_column(String(LONGEST_MODEL), nullable=True)
    model_requests: Mapped[int] = mapped_column(Integer, server_default="0")
    # cached ones included
    input_tokens: Mapped[int] = mapped_column(Integer, server_default="0")
    cache_read_tokens: Mapped[int] = mapped_column(Integer, server_default="0")
    cache_write_tokens: Mapped[int] = mapped_column(Integer, server_default="0")
    output_tokens: Mapped[int] = mapped_column(Integer, server_default="0")


class FeedbackRow(Base):
    """What the asker thought of an answer. One row per answer, the last word."""

    __tablename__ = "feedback"

    answer_id: Mapped[str] = mapped_column(
        ID, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True
    )
    rating: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str | None] = mapped_column(Text, nullable=True)
    given_at: Mapped[datetime] = mapped_column(UtcTime)


class AlertRow(Base):
    """A wish to be told. One row per subscription."""

    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_subject", "subject"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    subject: Mapped[str] = mapped_column(SUBJECT)
    role: Mapped[str] = mapped_column(String(20))
    # null stands for all customers
    customers: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    rule: Mapped[Any] = mapped_column(JSON)
    channel: Mapped[str] = mapped_column(String(10))
    destination: Mapped[str] = mapped_column(Text)
    # the first day that is judged; null where no day was complete yet
    first_day: Mapped[date | None] = mapped_column(Date, nullable=True)


class DeliveryRow(Base):
    """What a subscriber is told. One row per subscription, period and customer."""

    __tablename__ = "alert_deliveries"
    __table_args__ = (
        # The same thing is told once, however often the daily job runs.
        UniqueConstraint("alert_id", "period", "about", name="uq_alert_deliveries"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    alert_id: Mapped[str] = mapped_column(
        ID, ForeignKey("alerts.id", ondelete="CASCADE"), index=True
    )
    # a day, YYYY-MM-DD, or a month, YYYY-MM
    period: Mapped[str] = mapped_column(String(10))
    # the customer, where each one is told of by itself; else empty
    about: Mapped[str] = mapped_column(SUBJECT)
    text: Mapped[str] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(String(60), nullable=True)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer)
    noticed_at: Mapped[datetime] = mapped_column(UtcTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime, nullable=True)
    # why it could not be delivered the last time
    reason: Mapped[str | None] = mapped_column(Text, nullable=True)
