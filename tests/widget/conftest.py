"""A browser, the API on the sample company, and a page of another origin."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from chat.alerts.settings import AlertSettings
from chat.app import create_app
from chat.auth import issue_token
from chat.settings import ChatSettings

SATURDAY = date(2026, 11, 21)
SECRET = "a secret of the tests that is long enough"
AXE = Path(__file__).resolve().parents[2] / "widget/node_modules/axe-core/axe.min.js"
DESKTOP = {"width": 1200, "height": 820}
# A page as bad as they come: it styles everything, and allows nothing but the widget.
HOST_STYLE = """
* { color: red !important; font-size: 40px !important; display: block !important; }
button, textarea { visibility: hidden !important; }
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    assert path, "The tests of the widget need a browser: apt-get install chromium"
    assert AXE.is_file(), "The tests of the widget need its packages: make widget"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path)
        yield launched
        launched.close()


@contextmanager
def running(app: Any, listener: socket.socket) -> Iterator[None]:
    """Serve an application on a socket until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        until = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < until, "the server did not start in time"
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join()


def _listen() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


def _origin(listener: socket.socket) -> str:
    return f"http://localhost:{listener.getsockname()[1]}"


@dataclass(frozen=True, kw_only=True)
class Served:
    """The API, and a page of another origin that embeds the widget.

    Attributes:
        api: Where the API is.
        host: The page's address; its token is `?token=`.
        settings: How the API runs.
    """

    api: str
    host: str
    settings: ChatSettings

    def token(self, *customers: str, role: Any = None) -> str:
        """Give a token of a customer, or of somebody who sees all."""
        chosen = role or ("customer" if customers else "finance")
        subject = "-".join([chosen, *customers])
        return issue_token(
            self.settings, subject=subject, role=chosen, customers=customers
        )


Serve = Callable[..., Served]


@pytest.fixture(scope="session")
def serve(built_warehouse: Path) -> Iterator[Serve]:
    """Gives the function that serves the sample company, under settings."""
    open_ones = []

    def start(*, is_demo: bool = False, **changed: Any) -> Served:
        api, host = _listen(), _listen()
        settings = ChatSettings(
            **{
                "serving": built_warehouse,
                "secret": SECRET,
                "origins": (_origin(host),),
                "questions_per_minute": 1_000,
                "grafana_url": "https://grafana.example.com",
                "alerts": AlertSettings(email_domains=("example.com",)),
                **changed,
            }
        )
        app = create_app(settings, today=lambda _: SATURDAY, is_demo=is_demo)
        for made, listener in ((app, api), (_host_page(_origin(api)), host)):
            block = running(made, listener)
            block.__enter__()
            open_ones.append(block)
        return Served(api=_origin(api), host=_origin(host), settings=settings)

    yield start
    for block in open_ones:
        block.__exit__(None, None, None)


@pytest.fixture(scope="session")
def served(serve: Serve) -> Served:
    """The sample company's chat."""
    return serve(is_demo=True)


def _host_page(api: str) -> Starlette:
    policy = (
        f"default-src 'none'; script-src {api}; connect-src {api}; style-src 'self'"
    )

    async def page(request: Any) -> HTMLResponse:
        token = request.query_params.get("token", "")
        return HTMLResponse(
            "<!doctype html><html lang=en><title>Host</title>"
            f'<link rel="stylesheet" href="style.css"><main><h1>Host</h1></main>'
            f'<script src="{api}/widget.js" data-token="{token}" data-locale="en-US">'
            "</script>",
            headers={"Content-Security-Policy": policy},
        )

    async def style(_: Any) -> HTMLResponse:
        return HTMLResponse(HOST_STYLE, media_type="text/css")

    return Starlette(routes=[Route("/", page), Route("/style.css", style)])


@dataclass(kw_only=True)
class Widget:
    """The widget on a page, as a person uses it."""

    page: Page

    @property
    def launcher(self) -> Locator:
        """The closed widget."""
        return self.page.get_by_role("button", name="Ask about AI costs")

    @property
    def panel(self) -> Locator:
        """The open widget."""
        return self.page.get_by_role("dialog", name="AI costs")

    @property
    def field(self) -> Locator:
        """Where questions are typed."""
        return self.panel.get_by_role("textbox", name="Your question")

    @property
    def last(self) -> Locator:
        """The newest question with what became of it."""
        return self.panel.locator("article").last

    def open(self) -> None:
        """Open it by its button."""
        self.launcher.click()
        self.panel.wait_for()

    def ask(self, question: str) -> Locator:
        """Ask, wait for what comes of it, and give it."""
        self.field.fill(question)
        self.field.press("Enter")
        done = self.panel.locator("article[aria-busy=false]", has_text=question)
        done.last.wait_for()
        return self.last

    def violations(self) -> list[str]:
        """Give what axe finds wrong with the page, seriously or worse."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run()")
        return [
            f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found["violations"]
            if one["impact"] in {"serious", "critical"}
        ]


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Callable[..., Widget]]:
    """Gives the function that opens a page with the widget on it."""
    contexts = []
    complaints: list[str] = []

    def go(address: str | None = None, **how: Any) -> Widget:
        context = browser.new_context(
            **{"viewport": DESKTOP, "locale": "en-US", "timezone_id": "UTC", **how}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address or f"{served.host}/?token={served.token()}")
        return Widget(page=page)

    yield go
    for context in contexts:
        context.close()
    assert not complaints
