"""A language model end to end: API, the vendor's own SDK, and a server it talks to."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from anthropic_server import (
    KEY,
    AnthropicServer,
    Reply,
    error,
    run_anthropic_server,
    text,
    tool_call,
)
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from chat.app import create_app
from chat.auth import issue_token
from chat.language import open_language
from chat.llm.settings import LlmSettings
from chat.settings import ChatSettings
from chat.store.database import Store
from chat.store.usage_days import count_days
from orchestrate.cli import app as command

SATURDAY = date(2026, 11, 21)
SECRET = "a secret of the tests that is long enough"
ASKED = "frobnicated cost by provider of October"
TIME = {"first": "2026-10-01", "last": "2026-10-31"}
BY_PROVIDER = {
    "query": {"metrics": ["total_cost"], "dimensions": ["provider"], "time": TIME}
}
NOT_USED = "The language model was not used: "
Ask = Callable[..., Any]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[AnthropicServer]:
    """The server, and the SDK's own settings that lead to it."""
    with run_anthropic_server() as running:
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", running.url)
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """What the API keeps."""
    opened = Store(f"sqlite:///{tmp_path}/chat.db")
    yield opened
    opened.close()


@pytest.fixture
def open_client(
    built_warehouse: Path, server: AnthropicServer, store: Store
) -> Callable[..., Any]:
    """Opens the API with a language model of some settings."""

    @contextmanager
    def open_it(*, customer: str | None = None, **more: Any) -> Iterator[Ask]:
        llm = LlmSettings(model="anthropic:claude-sonnet-5-5", **more)
        settings = ChatSettings(
            serving=built_warehouse,
            secret=SECRET,
            questions_per_minute=1_000,
            llm=llm,
            store_url=str(store.engine.url),
        )
        role: Any = "customer" if customer else "finance"
        token = issue_token(
            settings,
            subject="me",
            role=role,
            customers=[customer] if customer else [],
        )
        with open_language(llm) as language:
            app = create_app(settings, today=lambda _: SATURDAY, language=language)
            with TestClient(app) as client:

                def ask(question: str, accept: str = "", **body: Any) -> Any:
                    return client.post(
                        "/api/chat",
                        json={"question": question, **body},
                        headers={"Authorization": f"Bearer {token}", "Accept": accept},
                    )

                yield ask

    return open_it


def test_a_question_becomes_a_tool_call_and_the_call_an_answer(
    open_client: Callable[..., Any], server: AnthropicServer
) -> None:
    """The whole way, with what the vendor requires of a request."""
    server.replies = [tool_call("query", BY_PROVIDER)]

    with open_client() as ask:
        answer = ask(ASKED, history=["and before?"]).json()

    assert [column["name"] for column in answer["columns"]] == [
        "provider",
        "total_cost",
    ]
    assert answer["caveats"] == []
    (request,) = server.requests
    assert request["model"] == "claude-sonnet-5-5"
    assert {tool["name"] for tool in request["tools"]} == {
        "query", "explanation", "report", "clarification", "refusal", "help", "alert",
    }  # fmt: skip
    assert request["tool_choice"]["type"] in {"any", "auto"}
    told = json.dumps(request["messages"])
    assert ASKED in told
    assert "and before?" in told


def _spent(store: Store) -> list[tuple[Any, ...]]:
    return [
        (kind.planner, kind.model, counts.model_requests, counts.input_tokens,
         counts.output_tokens)
        for kind, counts in count_days(store).items()
    ]  # fmt: skip


def test_what_an_answer_took_is_counted(
    open_client: Callable[..., Any], server: AnthropicServer, store: Store
) -> None:
    """What the chat itself costs would be in no figure but the bill."""
    server.replies = [tool_call("query", BY_PROVIDER), _worded]

    with open_client(wording="llm") as ask:
        ask(ASKED)

    assert _spent(store) == [("llm", "anthropic:claude-sonnet-5-5", 2, 2_400, 160)]


def test_what_came_to_nothing_is_counted_too(
    open_client: Callable[..., Any], server: AnthropicServer, store: Store
) -> None:
    """A model that is asked in vain all day is billed all day."""
    server.replies = [MALFORMED]

    with open_client(planner="llm", retries=1) as ask:
        ask("cost by provider in October 2026")

    ((planner, model, requests, tokens, _),) = _spent(store)
    assert (planner, model) == ("deterministic", "anthropic:claude-sonnet-5-5")
    assert (requests, tokens) == (2, 2_400)


def test_what_the_planner_without_a_key_understands_is_not_sent(
    open_client: Callable[..., Any], server: AnthropicServer, store: Store
) -> None:
    """Fast, free, and nothing leaves the house."""
    with open_client() as ask:
        answer = ask("cost by provider in October 2026").json()

    assert answer["rows"]
    assert server.requests == []
    assert _spent(store) == [("deterministic", "", 0, 0, 0)]


@pytest.mark.parametrize("status", [429, 500, 529])
def test_a_busy_vendor_is_asked_again(
    open_client: Callable[..., Any], server: AnthropicServer, status: int
) -> None:
    """A moment's overload is no reason to answer worse."""
    server.replies = [error(status, retry_after="0"), tool_call("query", BY_PROVIDER)]

    with open_client() as ask:
        answer = ask(ASKED).json()

    assert answer["rows"]
    assert answer["caveats"] == []
    assert len(server.requests) == 2


MALFORMED = tool_call("query", {"query": {"metrics": ["nothing"], "time": TIME}})
FAILURES: dict[str, tuple[Reply, str, int]] = {
    "429": (error(429, retry_after="0"), "it is asked too much at the moment", 2),
    "529": (error(529, retry_after="0"), "it is overloaded", 2),
    "500": (error(500, retry_after="0"), "it answered with 500", 2),
    "400": (error(400), "it answered with 400", 1),
    "a body that is no JSON": (Reply(raw=b"<html>"), "what it gave could not", 1),
    "a plan that does not hold": (MALFORMED, "what it gave could not be used", 2),
    "words for a plan": (text("42 dollars."), "what it gave could not be used", 2),
    "nothing": (Reply(), "what it gave could not be used", 2),
    "a refusal": (Reply(stop_reason="refusal"), "what it gave could not be used", 1),
    "a cut answer": (
        Reply(content=tool_call("query", {}).content, stop_reason="max_tokens"),
        "what it gave could not be used",
        1,
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_whatever_fails_there_the_planner_without_a_key_answers(
    open_client: Callable[..., Any], server: AnthropicServer, name: str
) -> None:
    """A vendor's bad day must not be the user's."""
    reply, told, requests = FAILURES[name]
    server.replies = [reply]

    with open_client(planner="llm", retries=1) as ask:
        answer = ask("cost by provider in October 2026").json()

    assert [row[0] for row in answer["rows"]]
    (caveat,) = (one for one in answer["caveats"] if one.startswith(NOT_USED))
    assert told in caveat
    assert len(server.requests) >= requests


def test_a_vendor_that_says_to_come_back_later_is_not_waited_for(
    open_client: Callable[..., Any], server: AnthropicServer
) -> None:
    """Nobody waits a minute for an answer that is there without the model."""
    server.replies = [error(429, retry_after="50")]

    with open_client(planner="llm", seconds=1) as ask:
        answer = ask("cost by provider in October 2026").json()

    assert answer["rows"]
    assert answer["caveats"][-1] == f"{NOT_USED}it took too long."


def test_a_model_that_says_nothing_in_time_is_given_up(
    open_client: Callable[..., Any], server: AnthropicServer
) -> None:
    """A hanging request must not hang the answer."""
    server.replies = [Reply(seconds=30)]

    with open_client(planner="llm", seconds=1, retries=0) as ask:
        answer = ask("cost by provider in October 2026").json()

    assert answer["rows"]
    assert answer["caveats"][-1] == f"{NOT_USED}it took too long."


def test_a_customer_sees_his_own_whatever_the_model_plans(
    open_client: Callable[..., Any], server: AnthropicServer
) -> None:
    """The scope is the token's; a plan cannot even name another one."""
    by_customer = {
        "query": {"metrics": ["total_cost"], "dimensions": ["customer"], "time": TIME}
    }
    filtered = {"query": {"metrics": ["total_cost"], "time": TIME, "filters": [
        {"dimension": "customer", "values": ["globex"]}]}}  # fmt: skip
    with open_client(customer="acme", planner="llm") as ask:
        server.replies = [tool_call("query", by_customer)]
        own = ask("everyone's cost").json()
        server.replies = [tool_call("query", filtered)]
        other = ask("what did globex spend last month").json()

    assert [row[0] for row in own["rows"]] == ["acme"]
    assert other["rows"] == []
    sent = json.dumps(server.requests[0]["messages"])
    assert "globex" not in sent


def _events(streamed: Any) -> list[tuple[str, Any]]:
    assert streamed.status_code == 200
    found = []
    for block in streamed.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def _worded(request: dict[str, Any]) -> Reply:
    """Word an answer out of what the request tells of it, as a model would."""
    told = request["messages"][-1]["content"]
    words = told if isinstance(told, str) else "".join(one["text"] for one in told)
    block = words.split('<data title="answer">')[1].split("</data>")[0]
    first = json.loads(block)["rows"][0]
    return text(f"{first[0]} was the dearest, with {first[1]}.")


def test_a_wording_is_streamed_and_replaced_by_the_answer_s_own_text(
    open_client: Callable[..., Any], server: AnthropicServer
) -> None:
    """What the widget shows while it waits, and what it shows in the end."""
    server.replies = [_worded]

    with open_client(wording="llm") as ask:
        events = _events(ask("cost by provider in October 2026", "text/event-stream"))
        plain = ask("cost by provider in October 2026").json()

    names = [name for name, _ in events]
    assert names[:3] == ["status", "status", "status"]
    assert [data["stage"] for name, data in events if name == "status"] == [
        "planning",
        "querying",
        "wording",
    ]
    assert names[-2:] == ["answer", "done"]
    deltas = [data["text"] for name, data in events if name == "delta"]
    answer = events[-2][1]
    assert len(deltas) > 2
    assert "".join(deltas) == answer["text"] == plain["text"]
    assert "was the dearest, with $" in answer["text"]
    assert server.requests[0]["stream"] is True


OCTOBER = "cost by provider in October 2026"
INVENTED = text("It cost $123,456,789 in all.")


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        (OCTOBER, INVENTED),
        ("Why did costs change last week?", INVENTED),
        ("is yesterday normal", INVENTED),
        (OCTOBER, text("It cost about half of what it was.")),
        (OCTOBER, text("")),
        (OCTOBER, text("word " * 400)),
        (OCTOBER, error(529, retry_after="0")),
        (OCTOBER, text("This will break off.", breaks_after=4)),
        (OCTOBER, Reply(stop_reason="refusal")),
    ],
)
def test_a_wording_that_fails_leaves_the_template_s(
    open_client: Callable[..., Any],
    server: AnthropicServer,
    reply: Reply,
    question: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A figure that is in no row is not said, and a failure is not shown."""
    server.replies = [reply]
    with open_client(planner="deterministic", wording="llm", retries=0) as ask:
        with caplog.at_level(logging.WARNING):
            events = _events(ask(question, "text/event-stream"))
        shown = "".join(data["text"] for name, data in events if name == "delta")

    answer = events[-2][1]
    assert "123,456,789" not in shown + answer["text"]
    assert answer["rows"]
    assert answer["text"][0] in "$ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert "word word" not in answer["text"]
    assert "was not used" in caplog.text


def test_the_command_line_asks_the_model_too(
    built_warehouse: Path,
    server: AnthropicServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The same settings, the same answers."""
    monkeypatch.setenv("LLM_COSTS_SERVING_PATH", str(built_warehouse))
    monkeypatch.setenv("LLM_COSTS_CHAT_MODEL", "anthropic:claude-sonnet-5-5")
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path))
    server.replies = [tool_call("query", BY_PROVIDER)]

    asked = CliRunner().invoke(command, ["ask", ASKED])
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    without_key = CliRunner().invoke(command, ["ask", ASKED])

    assert asked.exit_code == 0, asked.output
    assert "Cost by cloud" in asked.output
    assert without_key.exit_code == 2
    assert "ANTHROPIC_API_KEY" in without_key.output
