"""`llm-costs serve` and `llm-costs token`: the chat's API, and a token to try it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, cast

import typer

from chat.audit import start_audit
from chat.auth import ROLES, Role, issue_token
from chat.language import Language, open_language
from chat.settings import (
    ChatSettings,
    SettingsError,
    read_chat_settings,
    with_own_key,
)
from orchestrate.chat_homes import open_service
from orchestrate.steps import StepFailed, show_failure
from orchestrate.terminal import open_console

CALLED_WRONGLY = 2
# What --demo may listen on.
HOSTS = {"localhost", "127.0.0.1"}


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8420,
    *,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo", help="Let whoever opens the page sign in as anyone; here only."
        ),
    ] = False,
) -> None:
    r"""Serve the chat: the API, the widget, and a page to try it on.

    Set LLM_COSTS_CHAT_SECRET, or LLM_COSTS_CHAT_JWKS_URL, by which tokens are checked.
    With --demo neither is needed: the page signs in by itself, by a key of its own.

    [bold]Examples[/bold]

      $ llm-costs serve --demo       then open http://localhost:8420/

      $ export LLM_COSTS_CHAT_SECRET=...
      $ llm-costs serve &
      $ curl -s localhost:8420/api/chat -H "Authorization: Bearer $(llm-costs token)" \
          -H 'Content-Type: application/json' -d '{"question": "cost last month"}'
    """
    if demo and host not in HOSTS:
        refusal = StepFailed(
            f"--demo lets anyone sign in, so it listens on this machine only: leave "
            f"--host {host} out, or leave --demo out and set LLM_COSTS_CHAT_SECRET."
        )
        show_failure(open_console(), refusal)
        raise typer.Exit(CALLED_WRONGLY)
    settings = _settings(with_own_key(os.environ) if demo else None)
    # Imported here: no other command waits for a web server.
    import uvicorn  # noqa: PLC0415

    from chat.app import create_app  # noqa: PLC0415

    with _language(settings) as language:
        try:
            service = open_service(settings, language=language)
        except StepFailed as failure:
            show_failure(open_console(), failure)
            raise typer.Exit(CALLED_WRONGLY) from failure
        start_audit(settings.audit_log)
        app = create_app(settings, service=service, is_demo=demo)
        open_console().print(f"The chat's page: http://{host}:{port}/")
        uvicorn.run(app, host=host, port=port, server_header=False)


def token(
    customer: Annotated[
        list[str] | None, typer.Option(help="Customer whose costs it shows.")
    ] = None,
    role: Annotated[
        str, typer.Option(help=f"One of {', '.join(ROLES)}; customer with --customer.")
    ] = "",
    subject: Annotated[str, typer.Option(help="The user.")] = "developer",
) -> None:
    """Print a token for development, valid for eight hours.

    [bold]Examples[/bold]

      $ llm-costs token                      sees everything (role finance)
      $ llm-costs token --customer acme      sees acme only
      $ llm-costs token --role account_manager --customer acme --customer globex
    """
    settings = _settings()
    named = customer or []
    chosen = role or ("customer" if named else "finance")
    try:
        check_claims(chosen, named)
        issued = issue_token(
            settings, subject=subject, role=cast("Role", chosen), customers=named
        )
    except ValueError as error:
        show_failure(open_console(), StepFailed(str(error)))
        raise typer.Exit(CALLED_WRONGLY) from error
    typer.echo(issued)


def check_claims(role: str, customers: list[str]) -> None:
    """Refuse a role with customers that do not fit it.

    Raises:
        ValueError: They do not.
    """
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; use one of {', '.join(ROLES)}.")
    if role == "customer" and len(customers) != 1:
        raise ValueError("A token of role customer names one --customer.")
    if role == "account_manager" and not customers:
        raise ValueError("A token of role account_manager names its --customer.")
    if role in {"finance", "admin"} and customers:
        raise ValueError(f"A token of role {role} sees all customers; leave them out.")


@contextmanager
def _language(settings: ChatSettings) -> Iterator[Language]:
    try:
        with open_language(settings.llm) as language:
            yield language
    except SettingsError as error:
        show_failure(open_console(), StepFailed(str(error)))
        raise typer.Exit(CALLED_WRONGLY) from error


def _settings(environment: Mapping[str, str] | None = None) -> ChatSettings:
    try:
        return read_chat_settings(environment)
    except SettingsError as error:
        show_failure(open_console(), StepFailed(str(error)))
        raise typer.Exit(CALLED_WRONGLY) from error
