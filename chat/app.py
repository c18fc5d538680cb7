"""The chat's API, served by `llm-costs serve`.

Who asks is read from the bearer token; nothing else of a request says whose costs are
told. No conversation is kept here: an answer brings its `context`, which a follow-up
sends back. It is a typed query like any other, compiled under its sender's scope.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import JSONResponse, Response

from chat import demo, site
from chat.alert_routes import router as alert_router
from chat.errors import QueryError
from chat.feedback_routes import router as feedback_router
from chat.language import PLAIN
from chat.protection import Protection
from chat.routes import router
from chat.service import Service, day_in, make_service
from chat.store.database import StoreError
from chat.usage_routes import router as usage_router

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from zoneinfo import ZoneInfo

    from chat.language import Language
    from chat.settings import ChatSettings

logger = logging.getLogger(__name__)


def create_app(
    settings: ChatSettings,
    *,
    today: Callable[[ZoneInfo], date] = day_in,
    is_demo: bool = False,
    language: Language = PLAIN,
    service: Service | None = None,
) -> FastAPI:
    """Make the application.

    Args:
        settings: How it runs.
        today: The day that it is in a time zone.
        is_demo: Whether whoever opens the page may sign in as anyone; on this machine.
        language: How questions are read and answers worded.
        service: What requests share, where it is made already.

    Raises:
        StoreError: The store cannot be opened.
    """
    app = FastAPI(
        title="llm-costs chat",
        description="Ask what AI usage costs, and get the figure.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service or make_service(
        settings, today=today, language=language
    )
    for one in (router, alert_router, feedback_router, usage_router, site.router):
        app.include_router(one)
    if is_demo:
        app.include_router(demo.router)
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=demo.HOSTS)
    app.add_exception_handler(RequestValidationError, _cannot_read)
    app.add_exception_handler(QueryError, _cannot_answer)
    app.add_exception_handler(StoreError, _cannot_keep)
    app.add_middleware(Protection)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.origins),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        # Browsers keep it from a page of another origin otherwise.
        expose_headers=["Retry-After"],
    )
    return app


def _cannot_answer(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=503)


def _cannot_read(_: Request, error: Exception) -> Response:
    # What was sent is not said again: half a surrogate or NaN in it would be no JSON.
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    told = [{name: one[name] for name in ("type", "loc", "msg")} for one in found]
    return Response(
        json.dumps({"detail": told}),
        status_code=status.HTTP_422_UNPROCESSABLE_CONTENT,
        media_type="application/json",
    )


def _cannot_keep(_: Request, error: Exception) -> JSONResponse:
    logger.error("The store failed.", exc_info=error)
    told = "What was to be kept could not be; try again later."
    return JSONResponse({"detail": told}, status_code=503)
