"""Everything on what Redshift's drivers take for Redshift.

That is PostgreSQL, which knows more; so every statement that dbt compiles is held
against rules, too.
"""

import pytest
from chat_checks import (
    check_answers,
    check_limits,
    duckdb_file,
    reader_of,
    statements,
)
from dashboard_checks import *  # noqa: F403
from engine_builds import Built
from engine_checks import *  # noqa: F403
from engines import Engine
from redshift_rules import violations

ENGINE = "redshift"
# A first build beside other work may take longer than the usual limit.
pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]


def test_models_and_tests_keep_to_redshift(built: Built) -> None:
    """Harm: the build passes here and fails, or cuts text short, on Redshift."""
    assert len(built.statements) > 600
    found = {
        name: wrong
        for name, statement in built.statements.items()
        if (wrong := violations(statement))
    }
    assert found == {}


def test_chat_answers_as_on_duckdb(built: Built, reference: Engine) -> None:
    """Harm: the same question has two answers, depending on the warehouse."""
    user, password = (
        built.environment[f"LLM_COSTS_REDSHIFT_{name}"] for name in ("USER", "PASSWORD")
    )
    reader = reader_of(built, user, password)

    assert check_answers(reader, duckdb_file(reference)) > 60
    # Even as the role that owns everything.
    check_limits(reader)


def test_what_chat_asks_keeps_to_redshift() -> None:
    """Harm: a question is answered here and fails on Redshift."""
    found = {sql: wrong for sql in statements("redshift") if (wrong := violations(sql))}

    assert found == {}
