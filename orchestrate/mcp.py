"""`llm-costs mcp`: the figures for assistants and editors that speak MCP."""

import os
from typing import Annotated, cast

import typer

from chat.audit import start_audit
from chat.auth import NotSignedIn, Person, Role, TokenReader, issue_token
from chat.keys import KeysUnreachable
from chat.settings import (
    ChatSettings,
    SettingsError,
    read_chat_settings,
    with_own_key,
)
from orchestrate.chat_homes import open_service
from orchestrate.serve import CALLED_WRONGLY, check_claims
from orchestrate.steps import StepFailed, show_failure
from orchestrate.terminal import open_error_console

TOKEN = "LLM_COSTS_MCP_TOKEN"  # noqa: S105 - the name of the setting


def mcp(
    *,
    http: Annotated[
        bool, typer.Option("--http", help="Serve streamable HTTP at /mcp.")
    ] = False,
    host: Annotated[str, typer.Option(help="With --http: where.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="With --http: the port.")] = 8421,
    as_role: Annotated[
        str,
        typer.Option("--as", help="For a look at the demo: be this role, not a token."),
    ] = "",
    customer: Annotated[
        list[str] | None, typer.Option(help="With --as: the customer.")
    ] = None,
) -> None:
    """Serve MCP: query costs, explain changes, budgets, and questions in plain words.

    Over stdin and stdout, LLM_COSTS_MCP_TOKEN says whose figures are seen; over HTTP,
    the bearer token of each request. `llm-costs token` makes one.

    [bold]Examples[/bold]

      $ LLM_COSTS_MCP_TOKEN=... llm-costs mcp
      $ llm-costs mcp --http --port 8421
      $ llm-costs mcp --as admin              on your own machine, after the demo
    """
    try:
        settings = _settings(is_demo=bool(as_role))
        if as_role:
            token = _demo_token(settings, as_role, customer or [], http=http)
        else:
            token = os.environ.get(TOKEN, "")
        if not http:
            _check(settings, token)
        _serve(settings, token=token, http=http, host=host, port=port)
    except StepFailed as failure:
        # What goes to stdout is taken for the protocol.
        show_failure(open_error_console(), failure)
        raise typer.Exit(CALLED_WRONGLY) from failure


def _settings(*, is_demo: bool) -> ChatSettings:
    try:
        return read_chat_settings(with_own_key(os.environ) if is_demo else None)
    except SettingsError as error:
        raise StepFailed(str(error)) from error


def _demo_token(
    settings: ChatSettings, role: str, customers: list[str], *, http: bool
) -> str:
    if http:
        raise StepFailed("--as is for one's own machine, not for --http.")
    try:
        check_claims(role, customers)
        return issue_token(
            settings, subject="local", role=cast("Role", role), customers=customers
        )
    except ValueError as error:
        raise StepFailed(str(error)) from error


def _check(settings: ChatSettings, token: str) -> None:
    if not token:
        raise StepFailed(
            f"{TOKEN} is not set: it says whose figures may be seen.",
            way_out=(
                "`llm-costs token --customer acme` makes one for development; "
                "`llm-costs mcp --as admin` needs none, for a look at the demo."
            ),
        )
    try:
        TokenReader(settings).read(token)
    except KeysUnreachable as error:
        raise StepFailed(f"LLM_COSTS_CHAT_JWKS_URL: {error}.") from error
    except NotSignedIn as error:
        raise StepFailed(
            f"{TOKEN} is not valid: {error}.",
            way_out="`llm-costs token` makes one, by the same LLM_COSTS_CHAT_SECRET.",
        ) from error


def _serve(
    settings: ChatSettings, *, token: str, http: bool, host: str, port: int
) -> None:
    # Imported here: no other command waits for the protocol.
    from chat.mcp_server import make_http_app, make_server  # noqa: PLC0415

    service = open_service(settings)
    start_audit(settings.audit_log)
    if http:
        import uvicorn  # noqa: PLC0415

        app = make_http_app(service, host)
        uvicorn.run(app, host=host, port=port, server_header=False)
        return

    def identify() -> Person:
        return service.tokens.read(token)

    make_server(service, identify).run("stdio")
