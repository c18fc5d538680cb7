"""The API's path of feedback: a thumb for an answer."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chat.routes import OF_BODIES, OfPerson, OfService
from chat.schemas import Problem
from chat.store.answers import give_feedback

NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is no answer of yours with this id."},
}

router = APIRouter()


class FeedbackIn(BaseModel):
    """What the asker thinks of an answer; said again, the last word counts."""

    model_config = ConfigDict(extra="forbid")

    answer_id: Annotated[
        str,
        Field(pattern="^[0-9a-f]{32}$", description="The `answer_id` of the answer."),
    ]
    rating: Literal["up", "down"]
    comment: Annotated[
        str | None, StringConstraints(strip_whitespace=True, max_length=1_000)
    ] = None


@router.post(
    "/api/feedback",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=OF_BODIES | NOT_FOUND,
)
def feedback(said: FeedbackIn, person: OfPerson, service: OfService) -> None:
    """Say whether an answer was good."""
    is_own = give_feedback(
        service.store,
        person,
        answer_id=said.answer_id,
        rating=said.rating,
        comment=said.comment or None,
    )
    if not is_own:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "You have no such answer.")
