"""The dashboards' JSON is what today's Grafana reads, and laid out to be read."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from dashboard_queries import made, panel_queries, variable_queries
from grafana_rules import (
    PANEL_TYPES,
    REDUCERS,
    UNITS,
    property_findings,
    schema_findings,
)

from dashboards.dialects import DATA_SOURCE_UID, DIALECTS
from dashboards.registry import DASHBOARDS

Json = dict[str, Any]

UIDS = [each.uid for each in DASHBOARDS]
EVERY = [(target, uid) for target in DIALECTS for uid in UIDS]
# Facts of the plugins: identifier, key of the query, format of time series and of rows.
PLUGINS = {
    "duckdb": ("motherduck-duckdb-datasource", "rawSql", 0, 1),
    "postgres": ("grafana-postgresql-datasource", "rawSql", "time_series", "table"),
    "bq": ("grafana-bigquery-datasource", "rawSql", 0, 1),
    "redshift": ("grafana-redshift-datasource", "rawSQL", 0, 1),
    "sqlserver": ("mssql", "rawSql", "time_series", "table"),
}


def panels_of(target: str, uid: str) -> list[Json]:
    """Give a dashboard's panels."""
    return list(made(target, uid)["panels"])


def found_under(key: str, node: Any) -> list[Any]:
    """Collect the values of a key, wherever it stands."""
    if isinstance(node, dict):
        own = [node[key]] if key in node else []
        return own + [
            each for value in node.values() for each in found_under(key, value)
        ]
    if isinstance(node, list):
        return [each for value in node for each in found_under(key, value)]
    return []


def properties(panel: Json, name: str) -> list[Any]:
    """Collect a setting from a panel's defaults and overrides."""
    fields = panel["fieldConfig"]
    own = [fields["defaults"][name]] if name in fields["defaults"] else []
    return own + [
        each["value"]
        for override in fields["overrides"]
        for each in override["properties"]
        if each["id"] == name
    ]


@pytest.mark.parametrize(("target", "uid"), EVERY)
def test_grafanas_schema_knows_every_key_and_value(target: str, uid: str) -> None:
    """Grafana ignores what it does not know, and the panel looks otherwise."""
    assert schema_findings(made(target, uid)) == []
    for panel in panels_of(target, uid):
        assert property_findings(panel) == []


@pytest.mark.parametrize(
    "break_it",
    [
        lambda panel: panel["options"].update(fieldOptions={}),
        lambda panel: panel["options"].update(colorMode="loud"),
        lambda panel: panel["options"]["reduceOptions"].update(values="no"),
        lambda panel: panel["fieldConfig"]["defaults"].update(calcs=["mean"]),
        lambda panel: panel["fieldConfig"]["defaults"].update(decimals="2"),
        lambda panel: panel["fieldConfig"]["defaults"]["thresholds"]["steps"][0].update(
            value="null"
        ),
        lambda panel: panel["gridPos"].update(width=3),
    ],
)
def test_a_mistake_would_be_found(break_it: Any) -> None:
    """A check that finds nothing is worse than none."""
    broken = copy.deepcopy(made("duckdb", UIDS[0]))
    break_it(broken["panels"][0])

    assert schema_findings(broken)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("custom.displayMode2", "gauge"),
        ("custom.cellOptions", {"type": "loud"}),
        ("colour", {"mode": "fixed"}),
        ("color", {"mode": "rainbow"}),
        ("decimals", "2"),
    ],
)
def test_a_mistake_in_an_override_would_be_found(name: str, value: Any) -> None:
    """Overrides hold any value in the schema, so nothing else looks at them."""
    (table,) = [
        each
        for each in panels_of("duckdb", UIDS[0])
        if each["title"] == "Top 10 models"
    ]
    broken = copy.deepcopy(table)
    broken["fieldConfig"]["overrides"][0]["properties"] = [{"id": name, "value": value}]

    assert property_findings(broken)


@pytest.mark.parametrize(("target", "uid"), EVERY)
def test_a_dashboard_has_the_house_defaults(target: str, uid: str) -> None:
    """A dashboard that refreshes by itself asks a paid warehouse all night."""
    dashboard = made(target, uid)

    assert dashboard["schemaVersion"] == 41
    assert dashboard["refresh"] == ""
    assert dashboard["timezone"] == "utc"
    assert dashboard["graphTooltip"] == 1
    assert dashboard["tags"] == ["llm-cost"]
    assert dashboard["time"] == {"from": "now-30d", "to": "now"}
    (link,) = dashboard["links"]
    assert link["tags"] == ["llm-cost"]
    assert link["includeVars"]
    assert link["keepTime"]
    assert dashboard["description"]


@pytest.mark.parametrize("uid", UIDS)
def test_panels_fill_the_grid_without_overlap(uid: str) -> None:
    """Grafana moves overlapping panels, each time to another place."""
    taken: set[tuple[int, int]] = set()
    panels = panels_of("duckdb", uid)
    for panel in panels:
        grid = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert not taken & cells
        taken |= cells

    assert {x for x, _ in taken} == set(range(24))
    assert len(taken) == 24 * (max(y for _, y in taken) + 1)


def test_panel_ids_last() -> None:
    """A link to a panel, or an alert on it, must not come to mean another one."""
    assert {
        uid: [(each["id"], each["title"]) for each in panels_of("duckdb", uid)]
        for uid in UIDS
    } == {
        "llm-costs-overview": [
            (1, "Total this month"),
            (2, "Forecast for the month"),
            (3, "Change vs previous period"),
            (4, "Unattributed share"),
            (5, "Days with an anomaly"),
            (6, "Data behind by"),
            (7, "Daily cost by cloud"),
            (8, "Cost by cloud"),
            (9, "Budget vs actual"),
            (10, "Top 10 customers"),
            (11, "Top 10 models"),
        ],
        "llm-costs-models": [
            (1, "Usage cost"),
            (2, "Tokens"),
            (3, "Cost per 1M tokens"),
            (4, "Models used"),
            (5, "Cost without a model"),
            (6, "Data behind by"),
            (7, "Cost per model"),
            (8, "Daily cost by model"),
            (9, "Input vs output cost"),
            (10, "Efficiency: cost per 1M tokens"),
            (11, "Cost per 1M tokens over time"),
        ],
        "llm-costs-customers": [
            (1, "Active customers"),
            (2, "Cost per active customer"),
            (3, "Budgets in danger"),
            (4, "Unattributed cost"),
            (5, "Unattributed share"),
            (6, "Data behind by"),
            (7, "Weekly spend heatmap"),
            (8, "Top spenders"),
            (9, "Growth: active customers and spend"),
            (10, "Unattributed over time"),
            (11, "Models by customer"),
        ],
        "llm-costs-anomalies": [
            (1, "Critical anomalies"),
            (2, "Warnings"),
            (3, "Unusual customers"),
            (4, "Unexpected cost"),
            (5, "Data behind by"),
            (6, "Daily cost and its usual band: ${scope_key:text}"),
            (7, "Unusual customers by day"),
            (8, "Anomalies and what caused them"),
        ],
    }


@pytest.mark.parametrize("uid", UIDS)
def test_a_panel_explains_itself(uid: str) -> None:
    """A number without unit, meaning or empty text leads to a wrong decision."""
    panels = panels_of("duckdb", uid)

    assert len({each["id"] for each in panels}) == len(panels)
    assert len({each["title"] for each in panels}) == len(panels)
    for panel in panels:
        assert panel["type"] in PANEL_TYPES
        assert panel["title"]
        assert len(panel["description"]) > 60
        assert panel["description"].endswith(".")
        assert panel["fieldConfig"]["defaults"]["noValue"]
        used = properties(panel, "unit")
        assert used
        assert all(unit in UNITS or unit.startswith("time:") for unit in used)
        assert {each for calcs in found_under("calcs", panel) for each in calcs} <= (
            REDUCERS
        )
        for override in panel["fieldConfig"]["overrides"]:
            assert override["matcher"]["id"] == "byName"


def test_a_cloud_has_one_colour_everywhere() -> None:
    """People read colours before legends."""
    colours: dict[str, set[str]] = {}
    for uid in UIDS:
        for panel in panels_of("duckdb", uid):
            for override in panel["fieldConfig"]["overrides"]:
                name = override["matcher"]["options"]
                for each in override["properties"]:
                    if each["id"] == "color" and name in ("aws", "azure", "gcp"):
                        colours.setdefault(name, set()).add(each["value"]["fixedColor"])

    assert {len(each) for each in colours.values()} == {1}
    assert len(set.union(*colours.values())) == 3


@pytest.mark.parametrize(("target", "uid"), EVERY)
def test_a_query_has_the_shape_its_plugin_reads(target: str, uid: str) -> None:
    """With the wrong key or format a panel asks nothing and stays empty."""
    plugin, key, time_series, rows = PLUGINS[target]
    dashboard = made(target, uid)

    sources = found_under("datasource", dashboard)
    assert {(each["type"], each["uid"]) for each in sources} == {
        (plugin, DATA_SOURCE_UID)
    }
    for panel in dashboard["panels"]:
        ids = [each["refId"] for each in panel["targets"]]
        assert len(set(ids)) == len(ids)
        for query in panel["targets"]:
            is_series = panel["type"] == "timeseries"
            assert query["format"] == (time_series if is_series else rows)
            assert [each for each in query if each.lower() == "rawsql"] == [key]
            assert query[key]


@pytest.mark.parametrize("target", DIALECTS)
def test_every_variable_has_an_explicit_format(target: str) -> None:
    """What a bare variable turns into differs by plugin and by choice."""
    form = "singlequote" if target == "bq" else "sqlstring"
    names = {
        uid: {each["name"] for each in made(target, uid)["templating"]["list"]}
        for uid in UIDS
    }
    for query in [*panel_queries(target), *variable_queries(target)]:
        text = re.sub(r"\$\{(__from|__to)\}|\$__time(From|To)\(\)", "", query.sql)
        used = re.findall(rf"\$\{{(\w+):{form}\}}", text)
        assert text.count("$") == len(used), query
        assert set(used) <= names[query.uid], query


@pytest.mark.parametrize(("target", "uid"), EVERY)
def test_a_variable_can_stand_on_all(target: str, uid: str) -> None:
    """All must be one literal: a list of options leaves out what has no value."""
    for variable in made(target, uid)["templating"]["list"]:
        assert variable["refresh"] == 1
        assert variable["label"]
        assert variable["description"]
        assert isinstance(variable["query"], dict) == (target in ("bq", "redshift"))
        if variable["name"] == "scope_key":
            assert not variable["multi"]
            assert variable["current"] == {"text": "all", "value": "all"}
        else:
            assert variable["multi"]
            assert variable["includeAll"]
            assert variable["allValue"] == "'__all__'"
            assert variable["current"] == {"text": ["All"], "value": ["$__all"]}


@pytest.mark.parametrize("uid", UIDS)
def test_links_lead_to_dashboards_that_take_what_they_hand_over(uid: str) -> None:
    """A link that hands over a variable in vain shows all customers instead of one."""
    names = {
        each: {one["name"] for one in made("duckdb", each)["templating"]["list"]}
        for each in UIDS
    }
    for panel in panels_of("duckdb", uid):
        for link in [one for links in properties(panel, "links") for one in links]:
            address, _, parameters = link["url"].partition("?")
            goal = address.split("/")[2]
            assert goal in UIDS
            assert "${__url_time_range}" in parameters
            handed = re.findall(r"var-(\w+)=", parameters)
            kept = re.findall(r"\$\{(\w+):queryparam\}", parameters)
            assert set(handed) | set(kept) <= names[goal]
            assert set(kept) <= names[uid]
            assert not set(handed) & set(kept)
            fields = re.findall(r"__data\.fields\.(\w+)", parameters)
            (query,) = panel["targets"]
            assert all(field in query["rawSql"] for field in fields)
