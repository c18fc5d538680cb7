"""The MCP server, by its real client: the right figures, and nobody else's."""

import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import duckdb
import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from typer.testing import CliRunner

from chat.auth import issue_token
from chat.limits import Limits
from chat.mcp_server import make_http_app, make_server
from chat.service import Service, make_service
from chat.settings import ChatSettings
from chat.store.usage import read_usage
from orchestrate.cli import app

SATURDAY = date(2026, 11, 21)
TOOLS = {"list_metrics", "query_costs", "explain_change", "budget_status", "ask"}
LLM_COSTS = Path(sys.executable).with_name("llm-costs")
BY_CUSTOMER = {
    "metrics": ["total_cost"],
    "dimensions": ["customer"],
    "time": {"first": "2026-10-01", "last": "2026-11-20"},
}
Call = Callable[..., Any]


@pytest.fixture
def service(keeping: ChatSettings) -> Iterator[Service]:
    """What calls share, over the sample company's marts."""
    made = make_service(keeping, today=lambda _: SATURDAY)
    yield made
    made.store.close()


def _token(settings: ChatSettings, role: Any, *customers: str, **more: Any) -> str:
    return issue_token(
        settings, subject="developer", role=role, customers=customers, **more
    )


def _in_session(
    client: Client, work: Callable[[Client], Awaitable[Any]], seconds: float = 60
) -> Any:
    async def run() -> Any:
        with anyio.fail_after(seconds):
            async with client:
                return await work(client)

    return anyio.run(run)


def _call(client: Client, tool: str, **arguments: Any) -> Any:
    async def work(opened: Client) -> Any:
        return await opened.call_tool(tool, arguments)

    return _in_session(client, work)


def _as(service: Service, role: Any, *customers: str) -> Call:
    token = _token(service.settings, role, *customers)
    server = make_server(service, partial(service.tokens.read, token))

    def call(tool: str, **arguments: Any) -> Any:
        return _call(Client(server), tool, **arguments)

    return call


def test_a_typed_query_gives_what_the_mart_says(
    service: Service, built_warehouse: Path
) -> None:
    """A figure that an assistant repeats is believed."""
    told = _as(service, "finance")("query_costs", query=BY_CUSTOMER).structured_content

    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        truth = connection.execute(
            "select customer_id, sum(cost_usd) from multi_cloud_costs.unified_costs"
            " where date between '2026-10-01' and '2026-11-20' group by 1"
        ).fetchall()
    assert {row[0]: row[1] for row in told["rows"]} == {
        name: str(cost) for name, cost in truth
    }
    assert (told["first_day"], told["last_day"]) == ("2026-10-01", "2026-11-20")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("query_costs", {"query": BY_CUSTOMER}),
        (
            "query_costs",
            {
                "query": {
                    **BY_CUSTOMER,
                    "filters": [{"dimension": "customer", "values": ["globex"]}],
                }
            },
        ),
        ("explain_change", {"time": {"name": "last_7_days"}}),
        (
            "explain_change",
            {"time": {"name": "yesterday"}, "topic": "anomaly_drivers"},
        ),
        ("budget_status", {}),
        ("budget_status", {"customer": "globex"}),
        ("budget_status", {"by": "team"}),
        ("budget_status", {"by": "provider"}),
        ("ask", {"question": "cost by customer this month"}),
        ("ask", {"question": "what did Globex spend in October 2026"}),
        ("ask", {"question": "and last month", "context": BY_CUSTOMER}),
        ("list_metrics", {}),
    ],
)
def test_nothing_of_another_customer_comes_out(
    service: Service, built_warehouse: Path, tool: str, arguments: dict[str, Any]
) -> None:
    """The promise of the whole, by another door."""
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        names = connection.execute(
            "select customer_id, customer_name from multi_cloud_costs.dim_customers"
            " where customer_id not in ('acme', 'unattributed')"
        ).fetchall()
    result = _as(service, "customer", "acme")(tool, **arguments)
    told = result.model_dump_json().lower()
    asked = str(arguments).lower()

    for name in {one.lower() for row in names for one in row if one}:
        # A name that was asked for may be repeated, as one that is not known.
        assert name not in told or name in asked
    content = result.structured_content or {}
    for row in content.get("rows", []):
        assert "globex" not in row


def test_each_tool_answers_the_company_itself(service: Service) -> None:
    """A tool that always says nothing leaks nothing either."""
    call = _as(service, "finance")

    for tool, arguments in (
        ("query_costs", {"query": BY_CUSTOMER}),
        ("explain_change", {"time": {"name": "last_7_days"}}),
        ("explain_change", {"time": {"name": "yesterday"}, "topic": "anomaly_drivers"}),
        (
            "explain_change",
            {"time": {"name": "last_7_days"}, "topic": "price_volume_mix"},
        ),
        ("budget_status", {}),
        ("budget_status", {"by": "provider"}),
        ("budget_status", {"by": "team"}),
        ("ask", {"question": "cost by customer this month"}),
    ):
        result = call(tool, **arguments)
        assert not result.is_error, result
        assert result.structured_content["rows"], (tool, result)
    catalogue = call("list_metrics").structured_content
    assert "total_cost" in {one["name"] for one in catalogue["metrics"]}
    assert catalogue["bills_complete_until"] == "2026-11-20"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"query": {**BY_CUSTOMER, "metrics": ["profit"]}}, "'profit' is not a metric"),
        ({"query": {**BY_CUSTOMER, "sql": "select 1"}}, "sql"),
        ({"query": {**BY_CUSTOMER, "scope": None}}, "scope"),
        ({"query": "select * from raw_aws.x"}, "query"),
    ],
)
def test_what_is_no_query_is_told_with_what_would_be(
    service: Service, arguments: dict[str, Any], told: str
) -> None:
    """A model corrects itself only by what it is told."""
    result = _as(service, "finance")("query_costs", **arguments)

    assert result.is_error
    assert told in result.content[0].text


def test_a_failure_tells_nothing_of_the_inside(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a model is told, it repeats."""

    def fail(*_: object) -> None:
        raise RuntimeError("secret_table of globex")

    monkeypatch.setattr("chat.mcp_tools.answer_plan", fail)
    result = _as(service, "finance")("query_costs", query=BY_CUSTOMER)

    assert result.is_error
    assert "secret_table" not in result.content[0].text


def test_a_token_that_runs_out_ends_the_session(service: Service) -> None:
    """A laptop that is left open would keep its access."""
    expired = timedelta(minutes=-1)
    tokens = iter(
        [
            _token(service.settings, "finance"),
            _token(service.settings, "finance", lifetime=expired),
        ]
    )
    server = make_server(service, lambda: service.tokens.read(next(tokens)))

    async def work(client: Client) -> tuple[bool, bool]:
        first = await client.call_tool("list_metrics", {})
        second = await client.call_tool("list_metrics", {})
        assert "Sign in again" in second.content[0].text
        return bool(first.is_error), bool(second.is_error)

    assert _in_session(Client(server), work) == (False, True)


def test_calls_are_limited_and_questions_counted(service: Service) -> None:
    """A model in a loop must not keep everybody else waiting."""
    few = replace(service, limits=Limits(per_minute=2))
    call = _as(few, "finance")
    results = [call("ask", question="cost last month") for _ in range(3)]

    assert [bool(one.is_error) for one in results] == [False, False, True]
    assert "At most 2" in results[-1].content[0].text
    today = date.today()  # noqa: DTZ011 - the store counts by UTC, as the tests run
    found = read_usage(service.store, today - timedelta(1), today + timedelta(1))
    assert sum(one.questions for one in found) == 2


@contextmanager
def _served(service: Service) -> Iterator[str]:
    config = uvicorn.Config(
        make_http_app(service), host="127.0.0.1", port=0, log_level="warning"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        server.should_exit = True
        thread.join()


async def _over_http(url: str, token: str, tool: str, **arguments: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        assert {one.name for one in (await client.list_tools()).tools} == TOOLS
        return await client.call_tool(tool, arguments)


def test_over_http_each_request_has_its_own_asker(service: Service) -> None:
    """Two customers at the same time, whom the issuer calls alike."""
    seen: dict[str, set[str]] = {"acme": set(), "globex": set()}

    async def ask(url: str, customer: str) -> None:
        token = _token(service.settings, "customer", customer)
        for _ in range(3):
            result = await _over_http(url, token, "query_costs", query=BY_CUSTOMER)
            seen[customer] |= {row[0] for row in result.structured_content["rows"]}

    async def run(url: str) -> None:
        with anyio.fail_after(60):
            async with anyio.create_task_group() as group:
                for customer in seen:
                    group.start_soon(ask, url, customer)

    with _served(service) as url:
        anyio.run(run, url)

    assert seen == {"acme": {"acme"}, "globex": {"globex"}}


def test_over_http_nobody_is_let_in_without_a_valid_token(service: Service) -> None:
    """The address is open to whoever finds it."""
    other = replace(service.settings, secret="another secret that is long enough")
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accepted = {"Accept": "application/json, text/event-stream"}
    with _served(service) as url:
        for token in (None, "x", "a.b.c", _token(other, "admin")):
            headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
            answer = httpx2.post(url, json=body, headers={**accepted, **headers})
            assert answer.status_code == 401
        # Led here by a name of somebody else's, a browser's page could ask.
        signed = {"Authorization": f"Bearer {_token(service.settings, 'admin')}"}
        rebound = {**accepted, **signed, "Host": "evil.example"}
        answer = httpx2.post(url, json=body, headers=rebound)
        assert answer.status_code == 421
        large = {**body, "params": {"x": "y" * 40_000}}
        answer = httpx2.post(url, json=large, headers={**accepted, **signed})
        assert answer.status_code == 413


def test_over_stdio_the_token_of_the_environment_decides(
    keeping: ChatSettings, tmp_path: Path
) -> None:
    """As Claude Desktop starts it: a process, an environment, two pipes."""
    environment = {
        **os.environ,
        "LLM_COSTS_CHAT_SECRET": keeping.secret or "",
        "LLM_COSTS_SERVING_PATH": str(keeping.serving),
        "LLM_COSTS_CHAT_STORE_URL": f"sqlite:///{tmp_path}/chat.db",
        "LLM_COSTS_MCP_TOKEN": _token(keeping, "customer", "acme"),
    }
    server = StdioServerParameters(
        command=str(LLM_COSTS), args=["mcp"], env=environment
    )

    async def work(client: Client) -> Any:
        assert {one.name for one in (await client.list_tools()).tools} == TOOLS
        return await client.call_tool("query_costs", {"query": BY_CUSTOMER})

    result = _in_session(Client(stdio_client(server)), work, seconds=120)

    assert {row[0] for row in result.structured_content["rows"]} == {"acme"}


@pytest.mark.parametrize(
    ("given", "arguments", "told"),
    [
        ({}, [], "set either LLM_COSTS_CHAT_SECRET"),
        ({"LLM_COSTS_CHAT_SECRET": "s" * 32}, [], "LLM_COSTS_MCP_TOKEN is not set"),
        (
            {"LLM_COSTS_CHAT_SECRET": "s" * 32, "LLM_COSTS_MCP_TOKEN": "a.b.c"},
            [],
            "LLM_COSTS_MCP_TOKEN is not valid",
        ),
        ({}, ["--as", "root"], "'root' is not a role"),
        ({}, ["--as", "customer"], "names one --customer"),
        ({}, ["--as", "admin", "--http"], "not for --http"),
    ],
)
def test_without_a_valid_token_it_does_not_start(
    given: dict[str, str], arguments: list[str], told: str
) -> None:
    """Started without one, it would have to guess whose figures to show."""
    result = CliRunner().invoke(app, ["mcp", *arguments], env=given)

    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert result.stdout == ""
