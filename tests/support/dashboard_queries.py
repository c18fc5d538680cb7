"""The dashboards' queries, and warehouses to ask them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from grafana_expansion import Value, expand

from dashboards import phase_2
from dashboards.build import render
from dashboards.dialects import DIALECTS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

Json = dict[str, Any]

# Panels that show the same whatever is chosen: the chat is asked about all clouds.
OF_NO_CHOICE = {
    "Questions to the chat",
    "Questions by outcome",
    "How long answers take",
    "Who asks",
    "The chat's own language model",
}
# Each has a folder of generated files.
FOLDERS = [*DIALECTS, phase_2.FOLDER]
PLUGINS = {dialect.plugin: target for target, dialect in DIALECTS.items()}


@cache
def made_in(folder: str) -> dict[str, Json]:
    """Give the dashboards of a folder, by their uid."""
    files = [json.loads(text) for text in render(folder).values()]
    return {each["uid"]: each for each in files}


def made(folder: str, uid: str) -> Json:
    """Give a dashboard's JSON."""
    return made_in(folder)[uid]


@dataclass(frozen=True)
class Query:
    """One query of a dashboard: of a panel, a variable or an annotation.

    Attributes:
        folder: Folder of the dashboard.
        uid: The dashboard.
        name: Title of the panel, name of the variable or annotation.
        kind: Type of the panel, or ``variable`` or ``annotation``.
        part: Name of the query within the panel.
        target: dbt target of the data source that is asked.
        sql: The text, as Grafana gets it.
        is_taken: Whether another panel asks it, whose result this one takes.
        source: JSON of the panel, variable or annotation.
    """

    folder: str
    uid: str
    name: str
    kind: str
    part: str
    target: str
    sql: str
    source: Json = field(hash=False, compare=False)
    is_taken: bool = False

    @property
    def variables(self) -> list[Json]:
        """The dashboard's variables."""
        return list(made(self.folder, self.uid)["templating"]["list"])

    @property
    def is_mixed(self) -> bool:
        """Whether the panel asks several data sources."""
        return len(self.source.get("targets", [])) > 1

    def __str__(self) -> str:
        """Give the id of a test case."""
        part = f"-{self.part}" if self.is_mixed else ""
        return f"{self.uid.removeprefix('llm-costs-')}-{self.name}{part}-{self.target}"


def _query(at: tuple[str, str, str], kind: str, asked: Json, of: Json) -> Query:
    target = PLUGINS[asked["datasource"]["type"]]
    sql = asked[DIALECTS[target].query_key]
    part = asked.get("refId", "A")
    return Query(*at, kind, part, target, sql, of)


def panel_queries(folder: str) -> list[Query]:
    """List the panels' queries of a folder's dashboards."""
    found = []
    for uid, dashboard in made_in(folder).items():
        panels = {each["id"]: each for each in dashboard["panels"]}
        for panel in panels.values():
            at = (folder, uid, panel["title"])
            for target in panel["targets"]:
                taken = target.get("panelId")
                (asked,) = panels[taken]["targets"] if taken else (target,)
                query = _query(at, panel["type"], asked, panel)
                found.append(replace(query, is_taken=bool(taken)))
    return found


def variable_queries(folder: str) -> list[Query]:
    """List the variables' queries of a folder's dashboards."""
    found = []
    for uid, dashboard in made_in(folder).items():
        for variable in dashboard["templating"]["list"]:
            query, source = variable["query"], variable["datasource"]
            key = DIALECTS[PLUGINS[source["type"]]].query_key
            asked = query if isinstance(query, dict) else {key: query}
            asked = asked | {"datasource": source}
            at = (folder, uid, variable["name"])
            found.append(_query(at, "variable", asked, variable))
    return found


def annotation_queries(folder: str) -> list[Query]:
    """List the annotations' queries of a folder's dashboards."""
    return [
        _query((folder, uid, mark["name"]), "annotation", mark["target"], mark)
        for uid, dashboard in made_in(folder).items()
        for mark in dashboard["annotations"]["list"]
    ]


def all_queries(folder: str) -> list[Query]:
    """List every query of a folder's dashboards."""
    return [
        *panel_queries(folder),
        *variable_queries(folder),
        *annotation_queries(folder),
    ]


@dataclass(frozen=True)
class Result:
    """What the database gave back; of engines that give rows only without names."""

    columns: list[str]
    types: list[str]
    rows: list[tuple[Any, ...]]

    def column(self, name: str) -> list[Any]:
        """Give the values of one column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Marts:
    """A warehouse with marts, and the choices that suit it.

    Attributes:
        run: Executes SQL as it stands.
        time_from: Start of the time picker.
        time_to: Its end.
        customer: Customer that the page of one customer is about.
    """

    run: Callable[[str], Result]
    time_from: dt.datetime
    time_to: dt.datetime
    customer: str

    def text(self, query: Query, **chosen: Value) -> str:
        """Expand a query as Grafana would; a variable not given stands at its default.

        Args:
            query: Query of a panel, variable or annotation.
            chosen: Values of variables.
        """
        all_values = {
            each["name"]: each.get("allValue", "") for each in query.variables
        }
        values: dict[str, Value] = {}
        for each in query.variables:
            first = each["current"].get("value", self.customer)
            values[each["name"]] = None if each["multi"] else first
        known = {name: value for name, value in chosen.items() if name in values}
        return expand(
            query.sql,
            query.target,
            values | known,
            self.time_from,
            self.time_to,
            all_values,
        )

    def follows_a_choice(self, query: Query, names: Iterable[str]) -> bool:
        """Say whether what is chosen is part of a query's text.

        Args:
            query: Query of a panel, variable or annotation.
            names: The variables.
        """
        mark = "chosen-by-nobody"
        return mark in self.text(query, **dict.fromkeys(names, mark))

    def ask(self, query: Query, **chosen: Value) -> Result:
        """Expand a query, run it, and give what its panel shows of the result.

        Args:
            query: Query of a panel, variable or annotation.
            chosen: Values of variables.
        """
        return shown(query, self.run(self.text(query, **chosen)))


def shown(query: Query, result: Result) -> Result:
    """Leave out the columns that are for other panels; names are needed for it.

    Args:
        query: Query of a panel.
        result: What it gave.
    """
    steps = query.source.get("transformations", [])
    if not result.columns or [each["id"] for each in steps] != ["filterFieldsByName"]:
        return result
    names = steps[0]["options"]["include"]["names"]
    places = [result.columns.index(name) for name in names]
    return Result(
        names,
        [result.types[place] for place in places],
        [tuple(row[place] for place in places) for row in result.rows],
    )
