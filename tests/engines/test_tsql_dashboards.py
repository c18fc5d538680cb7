"""What the dashboards ask of SQL Server is T-SQL, whatever is chosen."""

import datetime as dt
from typing import Any

import pytest
from dashboard_queries import Marts, Query, Result, all_queries
from tsql_rules import findings

from dashboards import phase_2

NAMES = ("cloud_provider", "customer_id", "model", "scope_key")
NOW = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
CHOSEN: dict[str, Any] = {
    "one": "acme",
    "several": ["acme", "globex"],
    "hostile": ["O'Brien", 'a"b', "\\", "') OR 1=1 --"],
}
ASKED = [
    query
    for folder in ("sqlserver", phase_2.FOLDER)
    for query in all_queries(folder)
    if query.target == "sqlserver"
]


def unasked(sql: str) -> Result:
    """Refuse to run: there is no SQL Server."""
    raise AssertionError(sql)


MARTS = Marts(unasked, NOW - dt.timedelta(days=30), NOW, "acme")


@pytest.mark.parametrize("query", ASKED, ids=str)
def test_every_query_of_the_dashboards_is_t_sql(query: Query) -> None:
    """A panel over SQL Server would show an error instead of a figure."""
    texts = [
        MARTS.text(query),
        *(MARTS.text(query, **dict.fromkeys(NAMES, each)) for each in CHOSEN.values()),
    ]
    for text in texts:
        assert findings(text) == [], text
