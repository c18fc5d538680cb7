"""What stands before every request: a size limit, headers that browsers heed, a net.

The net is here and not further out, so that what went wrong is told under the same
headers, to pages of other origins as well.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from fastapi import HTTPException, status
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse

from chat.stream import WENT_WRONG

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

LARGEST_BODY = 32 * 1024
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-site",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Protection:
    """Middleware; counts what arrives, whatever Content-Length says."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with its body counted and its headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        arrived = 0
        has_begun = False

        async def count() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > LARGEST_BODY:
                # Raised where the body is read, so it becomes an answer like any other.
                raise HTTPException(
                    status.HTTP_413_CONTENT_TOO_LARGE,
                    f"A request may have {LARGEST_BODY} bytes.",
                )
            return message

        async def add_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, count, add_headers)
        except Exception:
            # What went wrong stands in the log; a trace would tell of the inside.
            logger.exception("A request failed unexpectedly.")
            if has_begun:
                raise
            told = JSONResponse({"detail": WENT_WRONG}, status_code=500)
            await told(scope, receive, add_headers)
