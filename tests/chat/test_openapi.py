"""The API against its own specification, by requests that are made from it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chat.app import create_app
from chat.auth import issue_token
from chat.openapi import render
from chat.settings import ChatSettings

SATURDAY = date(2026, 11, 21)
SECRET = "a secret of the tests that is long enough"


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BOUNDED = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


# Of an application that answers nothing: what may be asked does not depend on it.
SPECIFICATION = json.loads(render())
OPERATIONS = [
    (path, method) for path, of in SPECIFICATION["paths"].items() for method in of
]


@pytest.fixture(scope="module")
def settings_of_app(built_warehouse: Path) -> ChatSettings:
    """Settings over the sample company's marts."""
    return ChatSettings(
        serving=built_warehouse, secret=SECRET, questions_per_minute=100_000
    )


@pytest.fixture(scope="module")
def described(settings_of_app: ChatSettings) -> Iterator[Any]:
    """The API as it describes itself."""
    app = create_app(settings_of_app, today=lambda _: SATURDAY)
    yield schemathesis.openapi.from_asgi("/openapi.json", app)
    app.state.service.store.close()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_is_asked_is_answered_as_described(
    described: Any,
    settings_of_app: ChatSettings,
    path: str,
    method: str,
    mode: GenerationMode,
) -> None:
    """Client types are made from it; what differs breaks a page of somebody else."""
    token = issue_token(settings_of_app, subject="u", role="admin")
    headers = {"Authorization": f"Bearer {token}"}
    operation = described[path][method.upper()]
    if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query):
        # There is nothing that could be wrong.
        mode = GenerationMode.POSITIVE

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()
