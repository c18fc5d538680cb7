"""The API's paths."""

import time
from datetime import date
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Header
from sse_starlette import EventSourceResponse

from chat import audit
from chat.ask import EXAMPLES, Before, answer_in_steps
from chat.asker import Asker, complete_until
from chat.auth import Person
from chat.counting import counted
from chat.progress import Answered, last_of
from chat.quick_stats import read_quick_stats
from chat.schemas import (
    ChatRequest,
    ChatResponse,
    Invalid,
    Problem,
    QuickStats,
    State,
    Suggestions,
    to_response,
)
from chat.scope import Scope
from chat.service import Service, service_of, signed_in
from chat.stream import MEDIA_TYPE, describe_events, stream_events

NO_FIGURES: dict[int | str, dict[str, Any]] = {
    503: {"model": Problem, "description": "There are no published figures."},
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "The token is missing or not valid."},
    413: {"model": Problem, "description": "The request is too large."},
    429: {
        "model": Problem,
        "description": "Too many requests of this person, or without a valid token.",
        "headers": {
            "Retry-After": {
                "description": "Seconds to wait.",
                "schema": {"type": "integer"},
            }
        },
    },
    **NO_FIGURES,
}
INVALID: dict[int | str, dict[str, Any]] = {
    422: {"model": Invalid, "description": "The request is not valid."},
}
OF_BODIES: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    **INVALID,
    400: {"model": Problem, "description": "The body cannot be read as JSON."},
}
OfPerson = Annotated[Person, Depends(signed_in)]
OfService = Annotated[Service, Depends(service_of)]

router = APIRouter()


@router.post(
    "/api/chat",
    response_model=ChatResponse,
    responses={200: {"content": {MEDIA_TYPE: describe_events()}}, **OF_BODIES},
)
def chat(
    asked: ChatRequest,
    person: OfPerson,
    service: OfService,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> ChatResponse | EventSourceResponse:
    """Answer a question in plain words; as events where text/event-stream is accepted.

    The events are `status`, `delta`, `answer` (this very body), `error` and `done`.
    """
    asker = service.asker(person, asked.time_zone)
    started = time.monotonic()
    answer_id = uuid4().hex

    def respond(step: Answered) -> ChatResponse:
        logs = service.settings.log_questions
        audit.note(
            "answer",
            person,
            answer_id=answer_id,
            outcome=step.answer.outcome,
            rows=len(step.answer.rows),
            seconds=round(time.monotonic() - started, 3),
            **({"question": asked.question} if logs else {}),
        )
        return to_response(
            step.answer,
            step.context,
            answer_id=answer_id,
            grafana_url=service.settings.grafana_url,
        )

    before = Before(query=asked.context, questions=tuple(asked.history or ()))
    steps = counted(
        answer_in_steps(asked.question, asker, before, service.language),
        store=service.store,
        person=person,
        answer_id=answer_id,
        question=asked.question if service.settings.log_questions else None,
    )
    if MEDIA_TYPE in accept:
        return EventSourceResponse(stream_events(steps, respond), sep="\n")
    return respond(last_of(steps))


@router.get("/api/quick-stats", responses=REFUSALS)
def quick_stats(person: OfPerson, service: OfService) -> QuickStats:
    """Give yesterday, the last seven days, the month and the budget."""
    return read_quick_stats(service.asker(person))


@router.get("/api/suggestions", responses=REFUSALS)
def suggestions(person: OfPerson) -> Suggestions:
    """Give questions to begin with."""
    is_own = person.scope.is_restricted
    return Suggestions(
        questions=[one for one in EXAMPLES if not (is_own and "customers" in one)]
    )


@router.get("/healthz")
def healthz() -> State:
    """Say that the process is alive."""
    return State()


@router.get("/readyz", responses=NO_FIGURES)
def readyz(service: OfService) -> State:
    """Say whether there are figures to answer from."""
    nobody = Asker(reader=service.reader, scope=Scope.only([]), today=date.min)
    complete_until(nobody)
    return State()
