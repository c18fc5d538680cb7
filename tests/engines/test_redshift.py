"""Everything on what Redshift's drivers take for Redshift.

That is PostgreSQL, which knows more; so every statement that dbt compiles is held
against rules, too.
"""

import pytest
from dashboard_checks import *  # noqa: F403
from engine_builds import Built
from engine_checks import *  # noqa: F403
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
