"""The API's paths of alerts: one's own, made and deleted by oneself."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, status

from chat import audit
from chat.alert_schemas import AlertIn, AlertOut, Alerts, to_alert, to_channels
from chat.alerts.destinations import NotAllowed, check_destination
from chat.alerts.rules import SOME_DAY
from chat.asker import complete_until
from chat.errors import NotInScope
from chat.routes import INVALID, OF_BODIES, REFUSALS, OfPerson, OfService
from chat.schemas import Problem
from chat.scoping import refuse_foreign, refuse_hidden
from chat.store.subscriptions import (
    TooMany,
    subscribe,
    subscriptions_of,
    unsubscribe,
)

NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is none of yours with this id."},
}
AlertId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]

router = APIRouter()


@router.get("/api/alerts", responses=REFUSALS)
def list_alerts(person: OfPerson, service: OfService) -> Alerts:
    """Give one's own alerts, and the channels that are on."""
    return Alerts(
        alerts=[to_alert(one) for one in subscriptions_of(service.store, person)],
        channels=to_channels(service.settings.alerts),
    )


@router.post("/api/alerts", status_code=status.HTTP_201_CREATED, responses=OF_BODIES)
def create_alert(asked: AlertIn, person: OfPerson, service: OfService) -> AlertOut:
    """Subscribe; the daily job judges it, under the customers of this token."""
    rule = asked.rule()
    try:
        check_destination(asked.channel, asked.destination, service.settings.alerts)
        refuse_foreign(rule.filters, person.scope)
        refuse_hidden(rule.query(SOME_DAY), person.scope)
        kept = subscribe(
            service.store,
            person,
            rule=rule,
            channel=asked.channel,
            destination=asked.destination,
            first_day=complete_until(service.asker(person)),
        )
    except (NotAllowed, NotInScope, TooMany) as error:
        raise HTTPException(
            status.HTTP_422_UNPROCESSABLE_CONTENT, str(error)
        ) from error
    audit.note("alert made", person, alert_id=kept.id, channel=kept.channel)
    return to_alert(kept)


@router.delete(
    "/api/alerts/{alert_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=REFUSALS | INVALID | NOT_FOUND,
)
def delete_alert(alert_id: AlertId, person: OfPerson, service: OfService) -> None:
    """Delete one of one's own alerts."""
    if not unsubscribe(service.store, person, alert_id):
        raise HTTPException(status.HTTP_404_NOT_FOUND, "You have no such alert.")
    audit.note("alert deleted", person, alert_id=alert_id)
