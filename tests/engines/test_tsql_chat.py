"""What chat asks of SQL Server is T-SQL."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from tsql_rules import findings

from chat.compile import compile_query
from chat.errors import NotInScope
from chat.metrics import METRICS
from chat.query import CostQuery
from chat.relations import DIMENSIONS
from chat.scope import Scope

TODAY, COMPLETE = date(2026, 11, 21), date(2026, 11, 20)
CHANGE = {"comparison": {"kind": "previous_period"}, "order": {"by": "change"}}


def questions(metric: str) -> list[CostQuery]:
    """Return every question about a figure: plain, by each dimension, and compared."""
    found = []
    for dimension in (None, *DIMENSIONS):
        for extra in ({}, CHANGE):
            asked: dict[str, Any] = {
                "metrics": [metric],
                "dimensions": [dimension] if dimension else [],
                "time": {"name": "month_to_date"},
                **extra,
            }
            try:
                found.append(CostQuery.model_validate(asked))
            except ValidationError:
                # A figure that is not known by this dimension.
                continue
    return found


@pytest.mark.parametrize("metric", METRICS)
def test_every_question_about_a_figure_is_t_sql(metric: str) -> None:
    """Chat would answer with an error of the server."""
    found = questions(metric)
    assert found
    for scope in (Scope.everything(), Scope.only(["acme"])):
        for question in found:
            try:
                compiled = compile_query(
                    question,
                    scope=scope,
                    target="sqlserver",
                    today=TODAY,
                    complete_until=COMPLETE,
                )
            except NotInScope:
                # Known for all customers together only.
                assert scope.is_restricted
                continue
            assert findings(compiled.sql) == [], compiled.sql
