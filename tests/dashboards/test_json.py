"""The dashboards' JSON is what today's Grafana reads, and laid out to be read."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from alert_queries import rules
from dashboard_queries import FOLDERS, PLUGINS, all_queries, made, made_in
from grafana_rules import (
    PANEL_TYPES,
    REDUCERS,
    UNITS,
    property_findings,
    schema_findings,
)

from dashboards import phase_2
from dashboards.build import render
from dashboards.dialects import DATA_SOURCE_UID
from dashboards.readers import Tenant, marts_read
from dashboards.registry import DASHBOARDS
from dashboards.sharing import DATA_SOURCE as DASHBOARD
from dashboards.sharing import only

Json = dict[str, Any]

UIDS = [each.uid for each in DASHBOARDS]
PARTED = list(made_in(phase_2.FOLDER))
EVERY = [(folder, uid) for folder in FOLDERS for uid in made_in(folder)]
# Of each kind of layout one.
# How a link hands over the time: as picked, one row's day, or the days around a point.
TIMES = (
    "${__url_time_range}",
    "from=${__data.fields.usage_day.numeric}&to=${__data.fields.day_end.numeric}",
    "time=${__value.time}&time.window=",
)
LINKED_BACK = {"llm-cost-all-clouds"}
LAYOUTS = [("duckdb", uid) for uid in UIDS] + [(phase_2.FOLDER, uid) for uid in PARTED]
# Facts of the plugins: identifier, key of the query, format of time series and of rows.
KEYS = {
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
    # A forecast is about the days to come.
    is_month = uid == "llm-costs-budgets"
    picked = ("now/M", "now/M") if is_month else ("now-30d/d", "now/d")
    assert (dashboard["time"]["from"], dashboard["time"]["to"]) == picked
    assert dashboard["description"]
    for link in dashboard["links"]:
        assert link["includeVars"] == (link["type"] == "dashboards")
        assert link["keepTime"]


def test_dashboards_of_one_warehouse_find_each_other_by_their_tag() -> None:
    """A list that mixes two warehouses' dashboards leads to the other's numbers."""
    families: dict[str, set[str]] = {}
    for folder in ("duckdb", phase_2.FOLDER):
        for uid, dashboard in made_in(folder).items():
            (tag,) = dashboard["tags"]
            families.setdefault(tag, set()).add(uid)
    assert families.pop("llm-cost") == {*UIDS} - {"llm-costs-customer"}
    assert families.pop("llm-cost-page") == {"llm-costs-customer"}
    assert families["llm-cost-all-clouds"] == {"llm-costs-all-clouds"}
    for part in phase_2.EXAMPLE:
        assert families.pop(f"llm-cost-{part.target}") == {
            each.replace("llm-costs-", f"llm-costs-{part.target}-")
            for each in UIDS
            if each not in ("llm-costs-budgets", "llm-costs-customer")
        }
        assert families.pop(f"llm-cost-{part.target}-page") == {
            f"llm-costs-{part.target}-customer"
        }
    assert set(families) == {"llm-cost-all-clouds"}
    parts = {f"llm-cost-{part.target}" for part in phase_2.EXAMPLE}
    for uid, dashboard in made_in(phase_2.FOLDER).items():
        linked = {tag for link in dashboard["links"] for tag in link["tags"]}
        is_all = uid == "llm-costs-all-clouds"
        own = {tag.removesuffix("-page") for tag in dashboard["tags"]}
        assert linked == (parts if is_all else own | LINKED_BACK)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_list_hands_all_over_to_a_dashboard_about_one(folder: str) -> None:
    """Harm: Grafana keeps what an address says, and a customer's page shows all."""
    everything = made_in(folder)
    many = {
        variable["name"]
        for dashboard in everything.values()
        for variable in dashboard["templating"]["list"]
        if variable["multi"]
    }
    for uid, dashboard in everything.items():
        listed = {tag for link in dashboard["links"] for tag in link["tags"]}
        for goal in everything.values():
            if listed & {*goal["tags"]}:
                single = {
                    variable["name"]
                    for variable in goal["templating"]["list"]
                    if not variable["multi"]
                }
                assert not single & many, (uid, goal["uid"])
        pages = [link for link in dashboard["links"] if link["type"] == "link"]
        for page in pages:
            assert page["url"].split("/")[2] in everything
            assert "var-" not in page["url"]
        # Of several warehouses each has a page of its own.
        has_none = uid.endswith("-customer") or uid == "llm-costs-all-clouds"
        assert len(pages) == (0 if has_none else 1)


@pytest.mark.parametrize(("folder", "uid"), LAYOUTS)
def test_a_bar_in_a_cell_is_measured_by_its_own_column(folder: str, uid: str) -> None:
    """Harm: beside a column of tokens every bar of cost is too short to be seen."""
    columns = [
        {each["id"]: each["value"] for each in override["properties"]}
        for panel in panels_of(folder, uid)
        for override in panel["fieldConfig"]["overrides"]
    ]
    for each in columns:
        if each.get("custom.cellOptions", {}).get("type") != "gauge":
            continue
        has_ends = {"min", "max"} <= each.keys()
        assert has_ends or each.get("fieldMinMax") is True


@pytest.mark.parametrize(("folder", "uid"), LAYOUTS)
def test_panels_fill_the_grid_without_overlap(folder: str, uid: str) -> None:
    """Grafana moves overlapping panels, each time to another place."""
    taken: set[tuple[int, int]] = set()
    panels = panels_of(folder, uid)
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
        uid: sorted((each["id"], each["title"]) for each in panels_of("duckdb", uid))
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
            (12, "vs last month"),
            (13, "Newest whole day"),
            (14, "Top movers up"),
            (15, "Top movers down"),
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
            (12, "Cache hit share"),
            (13, "Batch share"),
            (14, "Cost per 1M tokens by token type"),
            (15, "Cache hit share over time"),
            (16, "Cache and batches by model"),
            (17, "Cheaper models to try"),
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
            (12, "Margins"),
            (13, "Cost by feature"),
            (14, "Daily cost by feature"),
        ],
        "llm-costs-customer": [
            (1, "Total this month"),
            (2, "Forecast for the month"),
            (3, "Change vs previous period"),
            (4, "vs last month"),
            (5, "Unusual days"),
            (6, "Data behind by"),
            (7, "Newest whole day"),
            (8, "Who it is"),
            (9, "Daily cost by model"),
            (10, "Cost by cloud"),
            (11, "Budget vs actual"),
            (12, "Daily usage and its usual band"),
            (13, "Usage, taxes and the rest"),
            (14, "Where the cost comes from"),
            (15, "Models by customer"),
            (16, "Unusual customers by day"),
            (17, "Cheaper models to try"),
            (18, "Cost by feature"),
            (19, "Daily cost by feature"),
            (20, "Cache and batches by model"),
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
            (9, "Causes of this range"),
            (10, "Alerts now"),
        ],
        "llm-costs-budgets": [
            (1, "Over budget"),
            (2, "At risk"),
            (3, "Forecast of the month and its range"),
            (4, "Course of the month"),
            (5, "Budget vs actual"),
            (6, "Budgets of the customers"),
            (7, "Budget by month"),
            (8, "Forecast by cloud"),
            (9, "Budgets of clouds and teams"),
        ],
        "llm-costs-health": [
            (1, "Data behind by"),
            (2, "Accounts behind"),
            (3, "Bills that differ"),
            (4, "Unknown SKUs"),
            (5, "Usage with a customer"),
            (6, "Freshness of the bills"),
            (7, "Loads and their reconciliation"),
            (8, "SKUs that no rule knows"),
            (9, "What is left out, and why"),
            (10, "Evidence for customers"),
            (11, "Questions to the chat"),
            (12, "Questions by outcome"),
            (13, "How long answers take"),
            (14, "Who asks"),
            (15, "The chat's own language model"),
        ],
    }
    assert [
        (each["id"], each["title"])
        for each in panels_of(phase_2.FOLDER, "llm-costs-all-clouds")
    ] == [
        (1, "Total this month"),
        (2, "Forecast for the month"),
        (3, "Change vs previous period"),
        (4, "Unattributed cost"),
        (5, "Daily cost by cloud"),
        (6, "Cost by cloud"),
        (7, "Clouds in these figures"),
        (8, "Top 20 customers"),
        (9, "Top 20 models"),
        (10, "Budgets over all clouds"),
        (11, "Anomalies of the services"),
    ]
    # A panel of a part is the panel of the whole.
    for uid in PARTED[1:]:
        whole = "llm-costs-" + uid.rsplit("-", 1)[1]
        titles = {each["id"]: each["title"] for each in panels_of("duckdb", whole)}
        for each in panels_of(phase_2.FOLDER, uid):
            assert titles[each["id"]] == each["title"]


@pytest.mark.parametrize(("folder", "uid"), LAYOUTS)
def test_a_panel_explains_itself(folder: str, uid: str) -> None:
    """A number without unit, meaning or empty text leads to a wrong decision."""
    panels = panels_of(folder, uid)

    assert len({each["id"] for each in panels}) == len(panels)
    assert len({each["title"] for each in panels}) == len(panels)
    for panel in panels:
        assert panel["type"] in PANEL_TYPES
        assert panel["title"]
        assert len(panel["description"]) > 60
        assert panel["description"].endswith(".")
        if panel["type"] == "alertlist":
            continue
        assert panel["fieldConfig"]["defaults"]["noValue"]
        used = properties(panel, "unit")
        assert used
        own = ("time:", "suffix:")
        assert all(unit in UNITS or unit.startswith(own) for unit in used)
        # Which writes ten days as "1 week".
        assert "d" not in used
        assert {each for calcs in found_under("calcs", panel) for each in calcs} <= (
            REDUCERS
        )
        for override in panel["fieldConfig"]["overrides"]:
            assert override["matcher"]["id"] == "byName"


def test_the_list_of_alerts_is_of_our_rules_with_options_that_grafana_has() -> None:
    """A list of everybody's alerts, or one that a misspelt option keeps empty."""
    kinds = {
        "viewMode": {"list", "stat"},
        "groupMode": {"default", "custom"},
        "groupBy": [],
        "maxItems": int,
        # By name, by name backwards, by importance, by time, by time backwards.
        "sortOrder": {1, 2, 3, 4, 5},
        "dashboardAlerts": bool,
        "alertName": str,
        "alertInstanceLabelFilter": str,
        "showInstances": bool,
        "showInactiveAlerts": bool,
        "stateFilter": dict,
    }
    states = {"firing", "pending", "recovering", "error", "noData", "normal"}
    for folder in FOLDERS:
        (rule, *_) = rules(folder)
        for uid in [each for each in made_in(folder) if each.endswith("-anomalies")]:
            (panel,) = (
                each for each in panels_of(folder, uid) if each["type"] == "alertlist"
            )
            assert panel["options"].keys() == kinds.keys()
            for name, value in panel["options"].items():
                kind = kinds[name]
                is_right = (
                    isinstance(value, kind)
                    if isinstance(kind, type)
                    else value == kind or (value != [] and value in kind)
                )
                assert is_right, name
            assert set(panel["options"]["stateFilter"]) == states
            assert panel["options"]["alertInstanceLabelFilter"] == (
                f'{{product="{rule["labels"]["product"]}"}}'
            )


def test_no_change_warns_of_nothing() -> None:
    """Harm: all customers without a history are orange, and nobody looks at orange."""

    def colour_of_nothing(steps: list[Json]) -> str:
        return [
            str(each["color"])
            for each in steps
            if each["value"] is None or each["value"] <= 0
        ][-1]

    changes = [
        each["value"]["steps"]
        for folder, uid in LAYOUTS
        for panel in panels_of(folder, uid)
        for override in panel["fieldConfig"]["overrides"]
        if "change" in override["matcher"]["options"]
        for each in override["properties"]
        if each["id"] == "thresholds"
    ]

    assert changes
    assert {colour_of_nothing(each) for each in changes} == {"text"}


def test_a_cloud_has_one_colour_everywhere() -> None:
    """People read colours before legends."""
    colours: dict[str, set[str]] = {}
    for folder, uid in LAYOUTS:
        for panel in panels_of(folder, uid):
            for override in panel["fieldConfig"]["overrides"]:
                name = override["matcher"]["options"]
                for each in override["properties"]:
                    if each["id"] == "color" and name in ("aws", "azure", "gcp"):
                        colours.setdefault(name, set()).add(each["value"]["fixedColor"])
            for options in found_under("mappings", panel):
                for value, shown in (options[0]["options"] if options else {}).items():
                    if value in ("AWS", "Azure", "GCP"):
                        colours.setdefault(value.lower(), set()).add(shown["color"])

    assert {len(each) for each in colours.values()} == {1}
    assert len(set.union(*colours.values())) == 3


@pytest.mark.parametrize(("folder", "uid"), EVERY)
def test_a_query_has_the_shape_its_plugin_reads(folder: str, uid: str) -> None:
    """With the wrong key or format a panel asks nothing and stays empty."""
    dashboard = made(folder, uid)
    for panel in dashboard["panels"]:
        if panel["type"] == "alertlist":
            # It has no data source, and asks nothing.
            assert not panel["targets"]
            continue
        ids = [each["refId"] for each in panel["targets"]]
        assert len(set(ids)) == len(ids)
        if len(panel["targets"]) == 1:
            assert panel["datasource"] == panel["targets"][0]["datasource"]
        else:
            mixed = {"type": "datasource", "uid": "-- Mixed --"}
            assert panel["datasource"] == mixed
    asked = [
        (query, panel["type"] == "timeseries")
        for panel in dashboard["panels"]
        for query in panel["targets"]
        if "panelId" not in query
    ]
    marks = [(each["target"], False) for each in dashboard["annotations"]["list"]]
    for query, is_series in [*asked, *marks]:
        target = PLUGINS[query["datasource"]["type"]]
        plugin, key, time_series, rows = KEYS[target]
        assert query["datasource"]["type"] == plugin
        assert query["format"] == (time_series if is_series else rows)
        assert [each for each in query if each.lower() == "rawsql"] == [key]
        assert query[key]


@pytest.mark.parametrize(("folder", "uid"), EVERY)
def test_what_several_panels_show_is_asked_once(folder: str, uid: str) -> None:
    """Harm: BigQuery charges for an answer again, or a panel waits for none."""
    # A panel over several warehouses has a query for each, and shares none.
    panels = [each for each in panels_of(folder, uid) if len(each["targets"]) == 1]
    asking = {
        each["id"]: each["targets"][0]
        for each in panels
        if "panelId" not in each["targets"][0]
    }
    texts = [json.dumps(each, sort_keys=True) for each in asking.values()]
    assert len(set(texts)) == len(texts)
    shown: dict[int, list[tuple[str, ...]]] = {}
    for panel in panels:
        (target,) = panel["targets"]
        source = target.get("panelId", panel["id"])
        # Two hops are one more than Grafana follows.
        assert source in asking
        if source != panel["id"]:
            assert target["datasource"] == DASHBOARD
            assert panel["transformations"] == only(_columns_of(panel))
        shown.setdefault(source, []).append(_columns_of(panel))
    for columns in shown.values():
        # Of a result that others take as well, each panel names its part.
        assert len(columns) == 1 or all(columns)
        assert len(set(columns)) == len(columns)


def _columns_of(panel: Json) -> tuple[str, ...]:
    steps = panel.get("transformations", [])
    names = [
        step["options"]["include"]["names"]
        for step in steps
        if step["id"] == "filterFieldsByName"
    ]
    return tuple(names[0]) if names else ()


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_warehouse_has_one_data_source(folder: str) -> None:
    """A panel that asks another warehouse's data source shows nobody's numbers."""
    for uid in made_in(folder):
        sources = {
            (each["type"], each["uid"])
            for each in found_under("datasource", made(folder, uid))
            if each != DASHBOARD
        }
        if folder != phase_2.FOLDER:
            assert sources == {(KEYS[folder][0], DATA_SOURCE_UID)}
            continue
        sources.discard(("datasource", "-- Mixed --"))
        assert {(PLUGINS[plugin], source) for plugin, source in sources} == {
            (part.target, f"{DATA_SOURCE_UID}-{part.target}")
            for part in phase_2.EXAMPLE
            if uid in ("llm-costs-all-clouds", *_uids_of(part.target))
        }


def _uids_of(target: str) -> list[str]:
    return [each for each in PARTED if each.startswith(f"llm-costs-{target}-")]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_variable_has_an_explicit_format(folder: str) -> None:
    """What a bare variable turns into differs by plugin and by choice."""
    for query in all_queries(folder):
        form = "singlequote" if query.target == "bq" else "sqlstring"
        names = {each["name"] for each in query.variables}
        text = re.sub(r"\$\{(__from|__to)\}|\$__time(From|To)\(\)", "", query.sql)
        used = re.findall(rf"\$\{{(\w+):{form}\}}", text)
        assert text.count("$") == len(used), query
        # What is no variable stays in the text as it is: no SQL.
        assert set(used) <= names, query


@pytest.mark.parametrize(("folder", "uid"), EVERY)
def test_a_variable_can_stand_on_all(folder: str, uid: str) -> None:
    """All must be one literal: a list of options leaves out what has no value."""
    for variable in made(folder, uid)["templating"]["list"]:
        target = PLUGINS[variable["datasource"]["type"]]
        assert variable["refresh"] == 1
        assert variable["label"]
        assert variable["description"]
        assert isinstance(variable["query"], dict) == (target in ("bq", "redshift"))
        if variable["multi"]:
            assert variable["includeAll"]
            assert variable["allValue"] == "'__all__'"
            assert variable["current"] == {"text": ["All"], "value": ["$__all"]}
        elif variable["name"] == "scope_key":
            # Where some clouds are kept out, a cloud is the widest series.
            widest = "GCP" if uid == "llm-costs-bq-anomalies" else "all"
            assert variable["current"] == {"text": widest, "value": widest}
        else:
            assert variable["name"] == "customer_id"
            assert uid.endswith("-customer")
            assert variable["current"] == {}


@pytest.mark.parametrize(("folder", "uid"), LAYOUTS)
def test_links_lead_to_dashboards_that_take_what_they_hand_over(
    folder: str, uid: str
) -> None:
    """A link that hands over a variable in vain shows all customers instead of one."""
    names = {
        each: {one["name"] for one in made(folder, each)["templating"]["list"]}
        for each in made_in(folder)
    }
    for panel in panels_of(folder, uid):
        for link in [one for links in properties(panel, "links") for one in links]:
            address, _, parameters = link["url"].partition("?")
            goal = address.split("/")[2]
            assert goal in names
            assert any(each in parameters for each in TIMES), link
            handed = re.findall(r"var-(\w+)=", parameters)
            kept = re.findall(r"\$\{(\w+):queryparam\}", parameters)
            assert set(handed) | set(kept) <= names[goal]
            assert set(kept) <= names[uid]
            assert not set(handed) & set(kept)
            fields = re.findall(r"__data\.fields\.(\w+)", parameters)
            if fields:
                (query,) = panel["targets"]
                sql = query.get("rawSql") or query["rawSQL"]
                assert all(field in sql for field in fields)


def test_the_drill_down_reaches_every_dashboard() -> None:
    """A dashboard that no link leads to is found by nobody who has a question."""
    reached = {
        link["url"].split("/")[2]
        for uid in UIDS
        for panel in panels_of("duckdb", uid)
        for links in properties(panel, "links")
        for link in links
    }
    # Budgets and the data's health are for everybody's first look: by the list above.
    assert reached == {*UIDS} - {"llm-costs-budgets", "llm-costs-health"}


def test_who_may_not_read_a_mart_gets_no_panel_of_it() -> None:
    """A customer's page of errors, or another one's margin on it."""
    rules = yaml.safe_load(Path("dbt_project.yml").read_text("utf-8"))["vars"]
    readable = set(rules["tenant_marts"])
    files = render("postgres", tenant=Tenant("acme", frozenset(readable)))

    kept = {name: json.loads(text) for name, text in files.items()}
    assert {"llm-costs-overview.json", "llm-costs-customer.json"} <= set(kept)
    assert "llm-costs-health.json" not in kept
    for text in files.values():
        assert marts_read({"text": text}, "multi_cloud_costs") <= readable
        assert json.loads(text)["panels"]
    titles = {each["title"] for made in kept.values() for each in made["panels"]}
    assert "Total this month" in titles
    assert not titles & {"Margins", "Data behind by", "Cost per model"}
