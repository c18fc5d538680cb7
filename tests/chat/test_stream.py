"""The stream of events: what the widget is built on."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from chat.app import create_app
from chat.auth import issue_token
from chat.settings import ChatSettings, SettingsError, read_chat_settings

SATURDAY = date(2026, 11, 21)
SECRET = "a secret of the tests that is long enough"
Events = list[tuple[str, Any]]


@pytest.fixture(scope="module")
def settings(built_warehouse: Path) -> ChatSettings:
    """Settings over the sample company's marts."""
    return ChatSettings(
        serving=built_warehouse,
        secret=SECRET,
        questions_per_minute=1_000,
        grafana_url="https://grafana.example/sub",
    )


@pytest.fixture(scope="module")
def client(settings: ChatSettings) -> Iterator[TestClient]:
    """A client of the API."""
    application = create_app(settings, today=lambda _: SATURDAY)
    with TestClient(application, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="module")
def post(client: TestClient, settings: ChatSettings) -> Callable[..., Any]:
    """Asks, as JSON or as a stream."""
    token = issue_token(settings, subject="me", role="finance")

    def ask(question: str, accept: str = "text/event-stream") -> Any:
        return client.post(
            "/api/chat",
            json={"question": question},
            headers={"Authorization": f"Bearer {token}", "Accept": accept},
        )

    return ask


def read_events(text: str) -> Events:
    """Read a stream by the rules of server-sent events."""
    events = []
    for block in text.split("\n\n"):
        lines = [line for line in block.split("\n") if line and line[0] != ":"]
        fields = dict(line.split(": ", 1) for line in lines)
        if fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


def test_a_stream_tells_its_stages_and_ends_with_the_answer(
    post: Callable[..., Any],
) -> None:
    """A widget that waits for an event that never comes spins forever."""
    streamed = post("cost by provider in October 2026")
    plain = post("cost by provider in October 2026", accept="application/json").json()

    assert streamed.status_code == 200
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert streamed.headers["x-content-type-options"] == "nosniff"
    events = read_events(streamed.text)
    assert [name for name, _ in events] == ["status", "status", "answer", "done"]
    assert [data["stage"] for name, data in events if name == "status"] == [
        "planning",
        "querying",
    ]
    answer = dict(events)["answer"]
    assert answer.pop("answer_id") != plain.pop("answer_id")
    assert answer == plain
    assert dict(events)["done"] == {}


def test_an_answer_links_to_its_dashboard(post: Callable[..., Any]) -> None:
    """A figure is where the next question begins."""
    answer = post("Azure cost in October 2026", accept="*/*").json()

    assert answer["dashboard"]["title"] == "Multi-Cloud Cost Overview"
    assert answer["dashboard"]["url"].startswith(
        "https://grafana.example/sub/d/llm-costs-overview/llm-costs-overview?var-"
    )


def test_a_failure_on_the_way_is_an_event_without_the_inside(
    post: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the headers sent, no status can say that it failed."""

    def fail(*_: object) -> None:
        raise RuntimeError("secret_table of globex")

    monkeypatch.setattr("chat.ask.answer_plan", fail)
    streamed = post("cost in October 2026")

    events = read_events(streamed.text)
    assert events[-2:] == [("error", {"detail": "That went wrong here."}), ("done", {})]
    assert "globex" not in streamed.text


def test_a_stream_is_refused_like_any_request(client: TestClient) -> None:
    """An open stream is no way around the token."""
    refused = client.post(
        "/api/chat",
        json={"question": "cost"},
        headers={"Accept": "text/event-stream"},
    )

    assert refused.status_code == 401


def test_the_specification_describes_every_event(client: TestClient) -> None:
    """Client types are generated from it, and the widget is written against it."""
    specification = client.get("/openapi.json").json()

    content = specification["paths"]["/api/chat"]["post"]["responses"]["200"]["content"]
    assert set(content) == {"application/json", "text/event-stream"}
    described = {
        one["properties"]["event"]["const"]
        for one in content["text/event-stream"]["itemSchema"]["oneOf"]
    }
    assert described == {"status", "delta", "answer", "error", "done"}
    schemas = specification["components"]["schemas"]
    assert "answer_id" in schemas["ChatResponse"]["required"]
    assert set(schemas["DashboardLink"]["required"]) == {"title", "url"}


def test_an_address_of_grafana_without_a_scheme_is_refused() -> None:
    """A link to grafana.example opens a page of the application itself."""
    environment = {
        "LLM_COSTS_CHAT_SECRET": SECRET,
        "LLM_COSTS_GRAFANA_URL": "grafana.example",
    }

    with pytest.raises(SettingsError, match="LLM_COSTS_GRAFANA_URL"):
        read_chat_settings(environment)
