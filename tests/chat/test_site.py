"""What browsers load: the widget, the page, and what the page may do."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from chat.app import create_app
from chat.settings import ChatSettings
from orchestrate.cli import app as command

SATURDAY = date(2026, 11, 21)
HERE = "http://localhost:8420"


@pytest.fixture(scope="module")
def served(built_warehouse: Path) -> ChatSettings:
    """Settings over the sample company's marts."""
    return ChatSettings(serving=built_warehouse, secret="-" * 40)


@pytest.fixture(scope="module")
def client(served: ChatSettings) -> Iterator[TestClient]:
    """A browser on the page of `llm-costs serve --demo`."""
    app = create_app(served, today=lambda _: SATURDAY, is_demo=True)
    with TestClient(app, base_url=HERE) as made:
        yield made


def test_the_widget_may_be_loaded_by_any_page_and_is_never_old(
    client: TestClient,
) -> None:
    """A script that a page may not load is no widget; an old one meets a new API."""
    answer = client.get("/widget.js")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "public, no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = client.get("/widget.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.headers["etag"] == answer.headers["etag"]


def test_the_page_runs_and_loads_nothing_of_elsewhere(client: TestClient) -> None:
    """A page with everybody's costs on it must run no script that is not ours."""
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    loaded = re.findall(r"(?:src|href)=\"([^\"]+)\"", answer.text)
    assert {"widget.js", "page.js", "page.css"} <= set(loaded)
    assert not [one for one in loaded if "//" in one]
    assert not re.search(r"<script>|style=|\son\w+=", answer.text)
    for name in ("page.js", "page.css"):
        assert client.get(f"/{name}").status_code == 200


def test_a_visitor_of_the_demo_sees_what_his_role_sees(client: TestClient) -> None:
    """The demo shows the product's promise: a customer sees itself only."""
    visitors = client.get("/demo/visitors").json()
    roles = [one["role"] for one in visitors]
    assert roles[:2] == ["finance", "account_manager"]
    assert {"customer"} == set(roles[2:])

    seen = {}
    for visitor in (visitors[0], visitors[1], visitors[2]):
        token = client.post("/demo/token", json=visitor).json()["token"]
        answer = client.post(
            "/api/chat",
            json={"question": "cost by customer last month"},
            headers={"Authorization": f"Bearer {token}"},
        )
        seen[visitor["role"]] = {row[0] for row in answer.json()["rows"]}

    assert seen["customer"] == set(visitors[2]["customers"])
    assert seen["account_manager"] == set(visitors[1]["customers"])
    assert seen["finance"] > seen["account_manager"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.7"])
def test_the_demo_answers_to_this_machine_only(client: TestClient, host: str) -> None:
    """A page of elsewhere whose name points here could sign in as anyone."""
    for path in ("/demo/visitors", "/", "/api/suggestions"):
        assert client.get(path, headers={"Host": host}).status_code == 400


def test_without_the_demo_nobody_signs_in_by_himself(served: ChatSettings) -> None:
    """A path that issues tokens is a path to all costs."""
    with TestClient(create_app(served)) as client:
        assert client.get("/").status_code == 200
        assert client.get("/demo/visitors").status_code == 404
        asked = client.post("/demo/token", json={"role": "finance"})

    assert asked.status_code == 404


def test_the_demo_is_not_served_to_a_network() -> None:
    """With --host 0.0.0.0 the whole office would be finance."""
    refused = CliRunner().invoke(command, ["serve", "--demo", "--host", "0.0.0.0"])

    assert refused.exit_code == 2
    assert "this machine only" in refused.output


def test_the_demo_needs_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first command after `make demo` must not ask for settings."""
    served = []
    monkeypatch.setattr("uvicorn.run", lambda app, **_: served.append(app))
    monkeypatch.delenv("LLM_COSTS_CHAT_SECRET", raising=False)
    monkeypatch.setenv("LLM_COSTS_CHAT_JWKS_URL", "https://keys.example/jwks")

    done = CliRunner().invoke(command, ["serve", "--demo"])

    assert done.exit_code == 0, done.output
    assert "http://127.0.0.1:8420/" in done.output
    (app,) = served
    paths = {getattr(route, "path", "") for route in app.routes}
    assert app.state.service.settings.jwks_url is None
    assert len(app.state.service.settings.secret) > 32
    assert paths
