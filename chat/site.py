"""What browsers load beside the API: the widget, and a page to try it on.

The widget is built from `widget/` and committed, so that serving it needs no Node.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

HERE = Path(__file__).parent
WIDGET = HERE / "static" / "widget.js"
PAGE = HERE / "demo_page"
# Browsers ask again whether it changed: a page must not run yesterday's widget.
OF_WIDGET = {
    "Cache-Control": "public, no-cache",
    # Any page may load it; what it shows comes with a token and the list of origins.
    "Cross-Origin-Resource-Policy": "cross-origin",
}
OF_PAGE = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}

router = APIRouter(include_in_schema=False)


@router.get("/widget.js")
def widget() -> FileResponse:
    """Give the widget's script."""
    return FileResponse(WIDGET, media_type="text/javascript", headers=OF_WIDGET)


@router.get("/")
def page() -> FileResponse:
    """Give a page with the widget on it."""
    return FileResponse(PAGE / "index.html", headers=OF_PAGE)


@router.get("/page.css")
def style() -> FileResponse:
    """Give the page's style."""
    return FileResponse(PAGE / "page.css", headers={"Cache-Control": "no-cache"})


@router.get("/page.js")
def script() -> FileResponse:
    """Give the page's script."""
    return FileResponse(
        PAGE / "page.js",
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache"},
    )
