"""The API's path for administrators: how the chat is used."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, status
from pydantic import BaseModel, Field

from chat.routes import INVALID, REFUSALS, OfPerson, OfService
from chat.schemas import Problem
from chat.store.usage import Usage, percentile, read_comments, read_usage

MOST_DAYS = 366
MOST_COMMENTS = 50
MEDIAN, SLOW = 0.5, 0.95

NOT_ADMIN: dict[int | str, dict[str, Any]] = {
    403: {"model": Problem, "description": "For the role admin of all customers only."},
}

router = APIRouter()


class UsageFigures(BaseModel):
    """How often and how well questions were answered."""

    questions: int
    askers: int = Field(description="Different people, by the subject of their token.")
    answered: int
    asked_back: int
    refused: int
    failed: int
    up: int = Field(description="Thumbs up.")
    down: int = Field(description="Thumbs down.")
    milliseconds_p50: int | None
    milliseconds_p95: int | None
    model_requests: int = Field(description="Requests to the language model.")
    input_tokens: int = Field(description="Of its prompts, cached ones included.")
    output_tokens: int


class UsageOfDay(UsageFigures):
    """The figures of a UTC day."""

    day: date


class UsageOfPlanner(UsageFigures):
    """The figures of what read the questions."""

    planner: str


class UsageComment(BaseModel):
    """What somebody said of an answer."""

    given_at: datetime
    rating: str
    comment: str
    question: str | None = Field(
        description="Null unless LLM_COSTS_CHAT_LOG_QUESTIONS was set then."
    )


class UsageReport(BaseModel):
    """How the chat is used."""

    first: date
    last: date
    total: UsageFigures
    days: list[UsageOfDay]
    planners: list[UsageOfPlanner]
    comments: list[UsageComment] = Field(description="The latest, newest first.")


@router.get("/api/admin/usage", responses=REFUSALS | INVALID | NOT_ADMIN)
def usage(
    person: OfPerson,
    service: OfService,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 30,
) -> UsageReport:
    """Give the use of the last days, today included."""
    # Who administers some customers is not told what people of others asked.
    if person.role != "admin" or person.scope.is_restricted:
        told = "This is for the role admin of all customers."
        raise HTTPException(status.HTTP_403_FORBIDDEN, told)
    last = datetime.now(UTC).date()
    first = last - timedelta(days=days - 1)
    found = read_usage(service.store, first, last)
    by_day = sorted({one.day for one in found})
    by_planner = sorted({one.planner for one in found})
    return UsageReport(
        first=first,
        last=last,
        total=UsageFigures(**_figures(found)),
        days=[
            UsageOfDay(day=day, **_figures([one for one in found if one.day == day]))
            for day in by_day
        ],
        planners=[
            UsageOfPlanner(
                planner=name, **_figures([one for one in found if one.planner == name])
            )
            for name in by_planner
        ],
        comments=[
            UsageComment(
                given_at=one.given_at,
                rating=one.rating,
                comment=one.comment,
                question=one.question,
            )
            for one in read_comments(service.store, MOST_COMMENTS)
        ],
    )


def _figures(found: list[Usage]) -> dict[str, Any]:
    ascending = sorted(one for usage in found for one in usage.milliseconds)
    return {
        "questions": sum(one.questions for one in found),
        "askers": len({asker for one in found for asker in one.askers}),
        **{
            name: sum(one.outcomes[name] for one in found)
            for name in ("answered", "asked_back", "refused", "failed")
        },
        **{
            name: sum(getattr(one, name) for one in found)
            for name in (
                "up",
                "down",
                "model_requests",
                "input_tokens",
                "output_tokens",
            )
        },
        "milliseconds_p50": percentile(ascending, MEDIAN),
        "milliseconds_p95": percentile(ascending, SLOW),
    }
