"""Write the pictures of the chat widget in docs/images.

Run after `make demo`, in Debian's Chromium: `python scripts/widget_screenshots.py`.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import threading
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from playwright.sync_api import sync_playwright

from chat.app import create_app
from chat.settings import DEFAULT_SERVING, SHORTEST_SECRET, ChatSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
DESKTOP = {"width": 1180, "height": 760}
PHONE = {
    "viewport": {"width": 390, "height": 780},
    "has_touch": True,
    "is_mobile": True,
}


@contextmanager
def serve(serving: Path, today: date | None) -> Iterator[str]:
    """Serve the demo's page on a free port, and give its address."""
    settings = ChatSettings(
        serving=serving,
        secret="-" * SHORTEST_SECRET,
        questions_per_minute=1_000,
        grafana_url="https://grafana.example.com",
    )
    more: dict[str, Any] = {"today": lambda _: today} if today else {}
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    app = create_app(settings, is_demo=True, **more)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://localhost:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()


def open_widget(browser: Browser, address: str, **how: Any) -> Page:
    """Open the page, signed in, and the widget on it."""
    context = browser.new_context(
        **{"viewport": DESKTOP, "locale": "en-US", "reduced_motion": "reduce", **how}
    )
    page = context.new_page()
    page.goto(address)
    page.locator(".badge").wait_for()
    page.locator(".launcher").click()
    page.locator(".examples").wait_for()
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the answer."""
    page.get_by_role("textbox", name="Your question").fill(question)
    page.keyboard.press("Enter")
    page.locator("article[aria-busy=false]", has_text=question).last.wait_for()
    page.wait_for_timeout(200)


def take(browser: Browser, address: str) -> None:
    """Take all pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    page = open_widget(browser, address)
    page.screenshot(path=IMAGES / "chat-light.png")
    page.get_by_role("button", name="Wider").click()
    ask(page, "Cost by model this month against last month")
    page.screenshot(path=IMAGES / "chat-chart.png")

    page = open_widget(browser, address, color_scheme="dark")
    ask(page, "Daily cost by provider in the last 14 days")
    page.screenshot(path=IMAGES / "chat-dark.png")

    page = open_widget(browser, address, **PHONE)
    ask(page, "Daily cost this month")
    page.screenshot(path=IMAGES / "chat-phone.png")


def main() -> None:
    """Read the options and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serving", type=Path, default=Path(DEFAULT_SERVING))
    parser.add_argument(
        "--today", type=date.fromisoformat, help="by default today, as the demo's"
    )
    chosen = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        parser.error("There is no chromium: apt-get install chromium")
    with (
        serve(chosen.serving, chosen.today) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium)
        take(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
