"""What the tests of the chat's API share: an app that keeps things, and its users."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from chat.alerts.settings import AlertSettings
from chat.app import create_app
from chat.auth import issue_token
from chat.settings import ChatSettings

SATURDAY = date(2026, 11, 21)
SECRET = "a secret of the tests that is long enough"


@pytest.fixture
def keeping(built_warehouse: Path) -> ChatSettings:
    """Settings with every channel of alerts on, and a store of the test's own."""
    return ChatSettings(
        serving=built_warehouse,
        secret=SECRET,
        questions_per_minute=1_000,
        alerts=AlertSettings(
            email_domains=("example.com",),
            slack_workspaces=("T0123",),
            webhook_hosts=("hooks.example.com",),
            webhook_secret="w" * 32,
        ),
    )


@pytest.fixture
def keeper(keeping: ChatSettings) -> Iterator[TestClient]:
    """A client of the API, with an empty store."""
    with TestClient(create_app(keeping, today=lambda _: SATURDAY)) as made:
        yield made


@pytest.fixture
def signed(keeping: ChatSettings) -> Callable[..., dict[str, str]]:
    """Gives the headers of a signed-in user."""

    def make(
        role: Any = "finance", *customers: str, subject: str = ""
    ) -> dict[str, str]:
        token = issue_token(
            keeping,
            subject=subject or f"{role}-user",
            role=role,
            customers=customers,
        )
        return {"Authorization": f"Bearer {token}"}

    return make
