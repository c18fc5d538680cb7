"""The dashboards' queries, and marts to ask them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from grafana_expansion import Value, expand

from dashboards import house
from dashboards.dialects import DIALECTS, dialect_for
from dashboards.registry import DASHBOARDS

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

Json = dict[str, Any]


@cache
def made(target: str, uid: str) -> Json:
    """Give a dashboard's JSON."""
    contents = next(each for each in DASHBOARDS if each.uid == uid)
    return house.dashboard(contents, dialect_for(target))


@dataclass(frozen=True)
class Query:
    """One query of a dashboard, of a panel or of a variable."""

    target: str
    uid: str
    name: str
    kind: str
    sql: str
    source: Json = field(hash=False, compare=False)

    @property
    def all_values(self) -> dict[str, str]:
        """What All sends for each variable of the dashboard."""
        variables = made(self.target, self.uid)["templating"]["list"]
        return {each["name"]: each.get("allValue", "") for each in variables}

    def __str__(self) -> str:
        """Give the id of a test case."""
        return f"{self.target}-{self.uid.removeprefix('llm-costs-')}-{self.name}"


def panel_queries(target: str) -> list[Query]:
    """List the panels' queries of all dashboards."""
    key = DIALECTS[target].query_key
    return [
        Query(target, each.uid, panel["title"], panel["type"], query[key], panel)
        for each in DASHBOARDS
        for panel in made(target, each.uid)["panels"]
        for query in panel["targets"]
    ]


def variable_queries(target: str) -> list[Query]:
    """List the variables' queries of all dashboards."""
    key = DIALECTS[target].query_key
    found = []
    for each in DASHBOARDS:
        for variable in made(target, each.uid)["templating"]["list"]:
            query = variable["query"]
            sql = query if isinstance(query, str) else query[key]
            name = variable["name"]
            found.append(Query(target, each.uid, name, "variable", sql, variable))
    return found


@dataclass(frozen=True)
class Result:
    """What the database gave back."""

    columns: list[str]
    types: list[str]
    rows: list[tuple[Any, ...]]

    def column(self, name: str) -> list[Any]:
        """Give the values of one column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Marts:
    """A warehouse with marts, and the time picker that suits it."""

    connection: duckdb.DuckDBPyConnection
    time_from: dt.datetime
    time_to: dt.datetime

    def run(self, sql: str) -> Result:
        """Run SQL as it stands."""
        relation = self.connection.execute(sql)
        columns = relation.description or []
        return Result(
            columns=[each[0] for each in columns],
            types=[str(each[1]) for each in columns],
            rows=relation.fetchall(),
        )

    def text(self, query: Query, **chosen: Value) -> str:
        """Expand a query as Grafana would; a variable not given stands at its default.

        Args:
            query: Query of a panel or variable.
            chosen: Values of variables.
        """
        defaults: dict[str, Value] = {
            "cloud_provider": None,
            "customer_id": None,
            "model": None,
            "scope_key": "all",
        }
        return expand(
            query.sql,
            query.target,
            defaults | chosen,
            self.time_from,
            self.time_to,
            query.all_values,
        )

    def ask(self, query: Query, **chosen: Value) -> Result:
        """Expand a query and run it.

        Args:
            query: Query of a panel or variable.
            chosen: Values of variables.
        """
        return self.run(self.text(query, **chosen))
