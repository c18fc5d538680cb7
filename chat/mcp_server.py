"""The MCP server: the same figures under the same scope, for assistants and editors.

    llm-costs mcp            over stdin and stdout, for whom LLM_COSTS_MCP_TOKEN names
    llm-costs mcp --http     streamable HTTP, with a bearer token in every request

Each call finds out anew who asks: a token that runs out in mid-session ends it. Tools
only read, and none takes SQL.
"""

import hashlib
from collections.abc import Callable
from typing import Annotated, TypeVar
from uuid import uuid4

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import AnyHttpUrl, Field, StringConstraints
from starlette.applications import Starlette

from chat import audit, mcp_tools
from chat.ask import Before, answer_in_steps
from chat.asker import Asker
from chat.auth import NotSignedIn, Person, TokenReader
from chat.counting import counted
from chat.errors import QueryError
from chat.keys import KeysUnreachable
from chat.mcp_tools import Budgets, Catalogue, ToolAnswer, Topic
from chat.plans import Explanation
from chat.progress import last_of
from chat.protection import LARGEST_BODY
from chat.query import CostQuery, Filter, TimeRange
from chat.schemas import ChatResponse, to_response
from chat.service import Service

Identify = Callable[[], Person]
Result = TypeVar("Result")

NAME = "llm-costs"
INSTRUCTIONS = """
What AI usage costs, from the bills of AWS, Azure and Google Cloud. Costs are in USD and
include taxes and credits. `list_metrics` says what can be asked; `ask` takes plain
words, `query_costs` a typed query. Days after `bills_complete_until` still grow: say
so. Shares are fractions of 1. Figures are those that the token's owner may see.
"""
READING = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True
)
Question = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


def make_server(service: Service, identify: Identify) -> MCPServer:
    """Make the server for one asker, as over stdin and stdout.

    Args:
        service: What all calls share.
        identify: Says who asks, at each call.
    """
    return _with_tools(
        MCPServer(NAME, title="AI costs", instructions=INSTRUCTIONS.strip()),
        _Caller(service, identify),
    )


def make_http_app(service: Service, host: str = "127.0.0.1") -> Starlette:
    """Make the application that serves MCP over HTTP, at /mcp.

    Args:
        service: What all calls share.
        host: Where it listens; on this machine alone, other host names are refused.
    """
    server = MCPServer(
        NAME,
        title="AI costs",
        instructions=INSTRUCTIONS.strip(),
        token_verifier=_Verifier(service.tokens),
        # Tokens are issued elsewhere; nothing is advertised of who does.
        auth=AuthSettings(
            issuer_url=AnyHttpUrl("https://issuer.invalid"), resource_server_url=None
        ),
    )

    def identify() -> Person:
        found = get_access_token()
        if found is None:
            raise NotSignedIn("no token")
        return service.tokens.read(found.token)

    return _with_tools(server, _Caller(service, identify)).streamable_http_app(
        # No session outlives its request, so none can be used with another's token.
        stateless_http=True,
        json_response=True,
        max_request_body_size=LARGEST_BODY,
        host=host,
    )


class _Verifier(TokenVerifier):
    """Checks tokens as the API does."""

    def __init__(self, tokens: TokenReader) -> None:
        self._tokens = tokens

    async def verify_token(self, token: str) -> AccessToken | None:
        try:
            self._tokens.read(token)
        except (NotSignedIn, KeysUnreachable) as error:
            audit.note("refused", reason=str(error), by="MCP")
            return None
        # Its own name for each token: an issuer may call two people alike.
        name = hashlib.sha256(token.encode()).hexdigest()
        return AccessToken(token=token, client_id=name, scopes=[])


class _Caller:
    """Finds out who calls, and notes what for."""

    def __init__(self, service: Service, identify: Identify) -> None:
        self.service = service
        self._identify = identify

    def person(self, tool: str) -> Person:
        try:
            person = self._identify()
        except (NotSignedIn, KeysUnreachable) as error:
            audit.note("refused", reason=str(error), by="MCP")
            raise ToolError(
                "Sign in again: the token is not valid any more."
            ) from error
        if not self.service.limits.allows(person):
            most = self.service.limits.per_minute
            raise ToolError(f"At most {most} requests a minute.")
        audit.note("tool", person, tool=tool)
        return person

    def asker(self, tool: str) -> Asker:
        return self.service.asker(self.person(tool))


def _with_tools(server: MCPServer, caller: _Caller) -> MCPServer:
    """Register the tools. Their docstrings are what a model reads of them."""

    @server.tool(annotations=READING)
    def list_metrics() -> Catalogue:
        """List what can be asked: metrics, what each can be split by, named periods."""
        return _told(lambda: mcp_tools.list_metrics(caller.asker("list_metrics")))

    @server.tool(annotations=READING)
    def query_costs(query: CostQuery) -> ToolAnswer:
        """Run a typed query over costs, tokens, prices, budgets or anomalies.

        Names come from `list_metrics`. Example: {"metrics": ["total_cost"],
        "dimensions": ["model"], "time": {"name": "last_month"}, "limit": 5}
        """
        return _told(lambda: mcp_tools.query_costs(query, caller.asker("query_costs")))

    @server.tool(annotations=READING)
    def explain_change(
        time: TimeRange,
        topic: Topic = "change_drivers",
        dimensions: tuple[str, ...] = ("model", "customer"),
        filters: tuple[Filter, ...] = (),
    ) -> ToolAnswer:
        """Say why cost changed in a period, against the one before.

        change_drivers names what grew or shrank most, anomaly_drivers what made a day
        unusual, price_volume_mix whether more was used or prices changed.
        """

        def explain() -> ToolAnswer:
            is_usual = topic == "anomaly_drivers"
            explanation = Explanation(
                topic=topic,
                time=time,
                dimensions=dimensions,
                filters=filters,
                against="baseline" if is_usual else "previous_period",
            )
            return mcp_tools.explain_change(explanation, caller.asker("explain_change"))

        return _told(explain)

    @server.tool(annotations=READING)
    def budget_status(
        customer: Annotated[
            str | None, Field(description="Customer id; all one may see without it.")
        ] = None,
        by: Annotated[
            Budgets,
            Field(
                description="Whose budgets; those of clouds (provider) and teams are "
                "for the company's own people, and without a customer."
            ),
        ] = "customer",
    ) -> ToolAnswer:
        """Say how the budgets of this month stand, by customer, cloud or team."""
        return _told(
            lambda: mcp_tools.budget_status(customer, by, caller.asker("budget_status"))
        )

    @server.tool(annotations=READING)
    def ask(question: Question, context: CostQuery | None = None) -> ChatResponse:
        """Answer a question about AI costs in plain English.

        For a follow-up, send the `context` of the answer before.
        """
        return _answer(caller, question, context)

    return server


def _answer(caller: _Caller, question: str, context: CostQuery | None) -> ChatResponse:
    person, settings = caller.person("ask"), caller.service.settings
    answer_id = uuid4().hex
    steps = counted(
        answer_in_steps(
            question,
            caller.service.asker(person),
            Before(query=context),
            caller.service.language,
        ),
        store=caller.service.store,
        person=person,
        answer_id=answer_id,
        question=question if settings.log_questions else None,
    )
    found = last_of(steps)
    return to_response(
        found.answer,
        found.context,
        answer_id=answer_id,
        grafana_url=settings.grafana_url,
    )


def _told(work: Callable[[], Result]) -> Result:
    """Tell a model what it may ask instead; the rest is told to the log alone."""
    try:
        return work()
    except (QueryError, ValueError) as error:
        raise ToolError(str(error)) from error
