"""What the API takes and gives about alerts."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - pydantic reads them
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field

from chat.alerts.destinations import Channel, open_channels, shown
from chat.alerts.rules import AlertRule
from chat.alerts.wording import describe

if TYPE_CHECKING:
    from chat.alerts.settings import AlertSettings
    from chat.store.subscriptions import Subscription


class AlertIn(AlertRule):
    """A subscription to make: a rule, such as a proposal's, and where it is told."""

    channel: Channel
    destination: Annotated[
        str,
        Field(
            min_length=3,
            max_length=500,
            description="An address of mail, or a webhook's.",
        ),
    ]

    def rule(self) -> AlertRule:
        """Give the rule alone."""
        return AlertRule.model_validate(
            self.model_dump(exclude={"channel", "destination"})
        )


class AlertOut(AlertRule):
    """A subscription."""

    id: str
    text: str = Field(description="What it tells, in words.")
    channel: Channel
    destination: str = Field(description="Shortened, where the address is a key.")
    customers: list[str] | None = Field(
        description="Whose costs it is about, from the token of its making; null: all."
    )
    created_at: datetime
    first_day: date | None = Field(description="The first day that is judged.")
    last_sent_at: datetime | None = Field(description="When it last told something.")
    failure: str | None = Field(
        description="Why a message has not arrived; it is tried again by the next run."
    )


class ChannelOut(BaseModel):
    """A way that alerts are delivered, and where it may lead."""

    channel: Channel
    allowed: list[str] = Field(
        description="Domains of mail, workspaces of Slack, or hosts of webhooks."
    )


class Alerts(BaseModel):
    """Somebody's subscriptions, and what he may subscribe by."""

    alerts: list[AlertOut]
    channels: list[ChannelOut]


def to_alert(kept: Subscription) -> AlertOut:
    """Give a subscription as the API sends it."""
    return AlertOut(
        **kept.rule.model_dump(),
        id=kept.id,
        text=f"Tell me {describe(kept.rule)}.",
        channel=kept.channel,
        destination=shown(kept.channel, kept.destination),
        customers=kept.customers,
        created_at=kept.created_at,
        first_day=kept.first_day,
        last_sent_at=kept.last_sent_at,
        failure=kept.failure,
    )


def to_channels(settings: AlertSettings) -> list[ChannelOut]:
    """Give the channels that are on."""
    return [
        ChannelOut(channel=channel, allowed=list(names))
        for channel, names in open_channels(settings).items()
    ]
