"""An answer as a stream of server-sent events, for who does not want to wait unseeing.

Every event has a name and JSON: `status` tells the stage, `delta` the next words of a
wording in the making, `answer` is the very body that a request without a stream gets,
`error` says why there is none, and `done` is the last one of all.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from sse_starlette import ServerSentEvent

from chat.errors import QueryError
from chat.progress import Stage, Worded, Working  # Stage: pydantic reads it
from chat.schemas import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chat.progress import Answered, Step
    from chat.schemas import ChatResponse

logger = logging.getLogger(__name__)

WENT_WRONG = "That went wrong here."
MEDIA_TYPE = "text/event-stream"


class Status(BaseModel):
    """What is being done."""

    stage: Stage


class Delta(BaseModel):
    """Words to be put after those before; the answer's own text replaces them all."""

    text: str


class Done(BaseModel):
    """Nothing more comes."""


def stream_events(
    steps: Iterator[Step], respond: Callable[[Answered], ChatResponse]
) -> Iterator[ServerSentEvent]:
    """Give the events of an answer in the making.

    Args:
        steps: The way to it; its last step is the answer.
        respond: Makes the body of the answer.
    """
    try:
        for step in steps:
            if isinstance(step, Working):
                yield _event("status", Status(stage=step.stage))
            elif isinstance(step, Worded):
                yield _event("delta", Delta(text=step.text))
            else:
                yield _event("answer", respond(step))
    except QueryError as error:
        yield _event("error", Problem(detail=str(error)))
    except Exception:
        # The headers are sent: only an event can still say that it failed.
        logger.exception("A stream failed unexpectedly.")
        yield _event("error", Problem(detail=WENT_WRONG))
    yield _event("done", Done())


def _event(name: str, data: BaseModel) -> ServerSentEvent:
    return ServerSentEvent(data=data.model_dump_json(), event=name, sep="\n")


def describe_events() -> dict[str, Any]:
    """Describe the stream for the OpenAPI specification, event by event."""
    answer = {"$ref": "#/components/schemas/ChatResponse"}
    problem = {"$ref": "#/components/schemas/Problem"}
    of_events = {
        "status": Status.model_json_schema(),
        "delta": Delta.model_json_schema(),
        "answer": answer,
        "error": problem,
        "done": Done.model_json_schema(),
    }
    return {
        "schema": {
            "type": "string",
            "description": (
                "Server-sent events, each with a name and JSON: status (several), "
                "delta (where a language model words the answer), then answer or "
                "error, then done."
            ),
        },
        "itemSchema": {
            "type": "object",
            "required": ["event", "data"],
            "oneOf": [
                {
                    "properties": {
                        "event": {"const": name},
                        "data": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "contentSchema": schema,
                        },
                    }
                }
                for name, schema in of_events.items()
            ],
        },
    }
