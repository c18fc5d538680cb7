"""`llm-costs grafana push`: all arrives once, and nothing of others is touched."""

from __future__ import annotations

import copy
import socket
from typing import TYPE_CHECKING, Any

import pytest
from grafana_server import TOKEN, GrafanaServer
from typer.testing import CliRunner, Result

from orchestrate import grafana_api
from orchestrate.cli import app
from orchestrate.grafana_contents import FOLDER_UID

if TYPE_CHECKING:
    from collections.abc import Iterator

OVERVIEW = "llm-costs-overview"
SETTINGS = {
    "LLM_COSTS_TARGET": "postgres",
    "LLM_COSTS_GRAFANA_TOKEN": TOKEN,
    "RUNBOOKS_URL": "https://git.example/docs/runbooks/",
    "WAREHOUSE_HOST": "db.example",
    "WAREHOUSE_PORT": "5432",
    "WAREHOUSE_DATABASE": "llm_costs",
    "WAREHOUSE_USER": "llm_costs_reader",
    "WAREHOUSE_PASSWORD": "pa$word ${HOME}",
    "WAREHOUSE_SSLMODE": "verify-full",
    "ALERT_EMAIL_ADDRESSES": "finops@example.com",
    "ALERT_SLACK_URL": "https://hooks.slack.example/T/B/secret$1",
}


@pytest.fixture
def grafana(monkeypatch: pytest.MonkeyPatch) -> Iterator[GrafanaServer]:
    """A Grafana without anything, and the settings that lead to it."""
    with GrafanaServer() as server:
        for name, value in SETTINGS.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("LLM_COSTS_GRAFANA_URL", server.address + "/")
        yield server


def push(*options: str, code: int = 0) -> Result:
    """Run the command."""
    done = CliRunner().invoke(app, ["grafana", "push", *options])
    assert done.exit_code == code, done.output
    return done


def test_a_push_brings_everything_and_the_next_one_writes_secrets_only(
    grafana: GrafanaServer,
) -> None:
    """Harm: half of it is missing, or every push makes everything anew."""
    said = push().output

    there = grafana.main
    # A folder, a source, 7 dashboards, 12 rules, 2 points, 2 templates, a route.
    assert "26 created" in said
    assert len(there.dashboards) == 7
    assert {
        each["folderUid"] for each in (v[-1] for v in there.dashboards.values())
    } == {FOLDER_UID}
    assert len(there.rules) == 12
    assert there.intervals == {(FOLDER_UID, "llm-costs"): 3600}
    rule = there.rules["llm-costs-stale-data"]
    assert rule["annotations"]["__dashboardUid__"] == "llm-costs-health"
    assert rule["annotations"]["runbook_url"] == (
        "https://git.example/docs/runbooks/stale-data.md"
    )
    assert rule["provenance"] == "api"
    # No address, no channel: the webhook's is not set.
    assert {*there.points} == {"llm-costs-email", "llm-costs-slack"}
    assert there.points["llm-costs-slack"]["settings"]["url"].endswith("secret$1")
    assert {*there.templates} == {"llm_costs.title", "llm_costs.message"}
    (route,) = there.policies["routes"]
    assert route["object_matchers"] == [["product", "=", "llmcost"]]
    assert there.policies["receiver"] == "grafana-default-email"
    source = there.sources["llmcost"]
    assert source["url"] == "db.example:5432"
    assert there.secrets["llmcost"] == {"password": "pa$word ${HOME}"}
    assert "pa$word" not in said
    assert "secret$1" not in said

    before = copy.deepcopy(there)
    seen = len(grafana.writes)
    said = push().output

    assert "2 renewed" in said
    assert "created" not in said
    assert "changed" not in said.replace("unchanged", "")
    assert [path for _, path, _ in grafana.writes[seen:]] == [
        "/api/datasources/uid/llmcost",
        "/api/v1/provisioning/contact-points/llm-costs-slack",
    ]
    before.sources["llmcost"]["version"] += 1
    assert there == before


def test_a_dry_run_tells_the_same_and_writes_nothing(grafana: GrafanaServer) -> None:
    """Harm: a look at what would be done does it."""
    said = push("--dry-run").output

    assert grafana.writes == []
    assert "Nothing was written. Would be: " in said
    done = push().output
    created = [line for line in done.splitlines() if line.startswith("created")]
    told = [line for line in said.splitlines() if line.startswith("created")]
    assert told == created


def test_what_differs_is_changed_and_nothing_else(grafana: GrafanaServer) -> None:
    """Harm: an edit in the browser stays for ever, or a limit does not arrive."""
    push()
    edited = copy.deepcopy(grafana.main.dashboards[OVERVIEW][-1])
    edited["dashboard"] |= {"title": "Mine", "version": 2}
    edited["message"] = ""
    grafana.main.dashboards[OVERVIEW].append(edited)
    grafana.main.rules["llm-costs-budget-80"]["isPaused"] = True
    seen = len(grafana.writes)

    said = push("--daily-limit", "2500").output

    newest = grafana.main.dashboards[OVERVIEW][-1]["dashboard"]
    assert newest["title"] == "Multi-Cloud Cost Overview"
    assert newest["version"] == 3
    assert "changed   dashboard llm-costs-overview" in said
    assert (
        "'soon': use minutes or hours" in push("--rules-every", "soon", code=2).output
    )
    changed = {line.split()[-1] for line in said.splitlines() if line[:7] == "changed"}
    assert changed == {
        OVERVIEW,
        "llm-costs-daily-cost",
        "llm-costs-customer-daily-cost",
    }
    # Whoever paused a rule meant to.
    assert grafana.main.rules["llm-costs-budget-80"]["isPaused"] is True
    posted = [path for _, path, _ in grafana.writes[seen:] if "dashboards" in path]
    assert posted == ["/api/dashboards/db"]


def test_a_grafana_that_gives_newer_json_back_is_not_written_to_for_it(
    grafana: GrafanaServer,
) -> None:
    """Harm: each push adds a version to every dashboard."""
    push()
    for versions in grafana.main.dashboards.values():
        versions[-1]["dashboard"] |= {"schemaVersion": 42, "preload": False}

    push()

    assert all(len(each) == 1 for each in grafana.main.dashboards.values())


def test_a_dashboard_that_changes_meanwhile_is_not_overwritten(
    grafana: GrafanaServer,
) -> None:
    """Harm: what somebody saved a second ago is lost."""
    push()
    versions = grafana.main.dashboards[OVERVIEW]
    versions[-1]["dashboard"]["title"] = "Old"
    versions[-1]["message"] = ""

    def save_first(method: str, path: str) -> None:
        if (method, path) == ("POST", "/api/dashboards/db"):
            versions[-1]["dashboard"]["version"] = 9

    grafana.before = save_first
    said = push(code=1).output

    assert "refused   dashboard llm-costs-overview  412" in said
    assert len(versions) == 1


def test_what_others_made_is_left_alone(grafana: GrafanaServer) -> None:
    """Harm: a push takes over what it only shares a name with."""
    push()
    there = grafana.main
    there.dashboards[OVERVIEW][-1]["dashboard"] |= {"tags": ["mine"], "title": "Mine"}
    there.dashboards[OVERVIEW][-1]["message"] = ""
    budgets = there.dashboards["llm-costs-budgets"][-1]
    budgets |= {"provisioned": True, "message": ""}
    budgets["dashboard"]["title"] = "Old"
    there.sources["llmcost"]["jsonData"] = {"database": "elsewhere"}
    there.rules["llm-costs-budget-80"]["labels"] = {"team": "ours"}
    there.rules["theirs"] = there.rules["llm-costs-budget-80"] | {
        "uid": "theirs",
        "title": "Theirs",
        "provenance": "",
        "ruleGroup": "llm-costs",
    }
    there.templates["llm_costs.title"] |= {"provenance": "file", "template": "old"}
    there.points["llm-costs-email"] |= {"provenance": "file"}
    before = copy.deepcopy(there)

    said = push("--daily-limit", "2500", code=1).output

    for line in (
        "refused   dashboard llm-costs-overview  somebody else's dashboard",
        "refused   dashboard llm-costs-budgets  Grafana reads it from a provisioning",
        "kept      data source llmcost  made by somebody else",
        "refused   alert rule llm-costs-budget-80  somebody else's",
        "refused   template llm_costs.title  Grafana reads it",
        "refused   contact point llm-costs-email  Grafana reads it",
    ):
        assert line in said
    for uid in (OVERVIEW, "llm-costs-budgets"):
        assert there.dashboards[uid] == before.dashboards[uid]
    assert there.sources == before.sources
    assert there.points["llm-costs-email"] == before.points["llm-costs-email"]
    assert there.templates["llm_costs.title"]["template"] == "old"
    # It is in our group, and is still there, as it was, and still theirs to edit.
    assert there.rules["theirs"]["title"] == "Theirs"
    assert there.rules["theirs"]["provenance"] == ""
    assert there.rules["llm-costs-budget-80"]["labels"] == {"team": "ours"}
    assert there.rules["llm-costs-daily-cost"] != before.rules["llm-costs-daily-cost"]

    there.rules["llm-costs-budget-100"] |= {"provenance": "file", "title": "Old"}
    before = copy.deepcopy(there)
    said = push(code=1).output
    assert "refused   alert rule llm-costs-budget-100  Grafana reads it" in said
    assert "refused   alert rules llm-costs  some of its rules come from" in said
    assert there.rules == before.rules


def test_the_policies_of_others_stay_and_ours_is_one_route_among_them(
    grafana: GrafanaServer,
) -> None:
    """Harm: the whole company's alerts go to us, or to nobody."""
    theirs: dict[str, Any] = {
        "receiver": "grafana-default-email",
        "object_matchers": [["team", "=", "ops"]],
    }
    grafana.main.policies["routes"] = [copy.deepcopy(theirs)]
    push()
    push()

    routes = grafana.main.policies["routes"]
    assert routes[0] == theirs
    assert len(routes) == 2
    assert routes[1]["routes"][0]["object_matchers"][0][2] == "DatasourceError"
    assert "provenance" not in grafana.main.policies

    routes[1]["repeat_interval"] = "5m"
    push()
    assert grafana.main.policies["routes"][1]["repeat_interval"] == "4d"

    grafana.main.policies["routes"].pop()
    grafana.main.policies["provenance"] = "api"
    said = push(code=1).output
    assert "the policies are kept by api: add the route there" in said
    assert grafana.main.policies["routes"] == [theirs]


def test_only_prune_removes_and_only_what_is_ours(grafana: GrafanaServer) -> None:
    """Harm: a push without the asking deletes, or with it deletes too much."""
    push()
    there = grafana.main
    for uid, tags in (("llm-costs-old", ["llm-cost"]), ("llm-costs-their", ["x"])):
        old = copy.deepcopy(there.dashboards[OVERVIEW])
        old[0]["dashboard"] |= {"uid": uid, "tags": tags}
        there.dashboards[uid] = old
    rule = there.rules["llm-costs-budget-80"]
    there.rules["llm-costs-old"] = rule | {"uid": "llm-costs-old", "title": "Old"}
    there.rules["theirs"] = rule | {"uid": "theirs", "title": "Theirs"}

    said = push().output
    assert "kept      dashboard llm-costs-old  left over; --prune removes it" in said
    assert "kept      alert rule llm-costs-old" in said
    assert "llm-costs-old" in there.rules

    said = push("--prune").output
    assert "removed   dashboard llm-costs-old" in said
    assert "removed   alert rule llm-costs-old" in said
    assert "llm-costs-old" not in {*there.dashboards, *there.rules}
    assert "llm-costs-their" in there.dashboards
    assert "theirs" in there.rules


def test_phase_2_has_a_source_for_each_warehouse(
    grafana: GrafanaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: dashboards of three warehouses ask a source that is not there."""
    monkeypatch.setenv("LLM_COSTS_PHASE_1", "bq")
    monkeypatch.setenv("LLM_COSTS_PHASE_2", "aws=postgres,azure=sqlserver,gcp=bq")
    monkeypatch.setenv("BIGQUERY_PROJECT", "project")
    monkeypatch.setenv("BIGQUERY_LOCATION", "EU")

    said = push("--phase-2", code=1).output

    assert {*grafana.main.sources} == {"llmcost-postgres", "llmcost-bq"}
    assert "llmcost-sqlserver  SQLSERVER_HOST is not set" in said
    assert {group for _, group in grafana.main.intervals} == {
        "llm-costs-postgres",
        "llm-costs-sqlserver",
        "llm-costs-bq",
    }


def test_people_may_edit_rules_where_that_is_wanted(grafana: GrafanaServer) -> None:
    """Harm: what the option promises is locked in Grafana."""
    push("--editable")

    assert {each["provenance"] for each in grafana.main.rules.values()} == {""}
    assert {each["provenance"] for each in grafana.main.points.values()} == {""}


def test_a_source_that_does_not_answer_is_told(grafana: GrafanaServer) -> None:
    """Harm: every panel is red, and the push said that all went well."""
    grafana.unhealthy.add("llmcost")

    said = push(code=1).output

    assert "data source llmcost  does not answer: password wrong" in said


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not accept LLM_COSTS_GRAFANA_TOKEN"),
        (302, "Set LLM_COSTS_GRAFANA_URL to where Grafana is"),
        (200, "is no Grafana"),
        (403, "does not say what it has (GET /api/org: 403"),
        (404, "does not say what it has (GET /api/org: 404"),
        (503, "failed (GET /api/org: 503"),
    ],
)
def test_a_grafana_that_refuses_is_told_with_the_setting(
    grafana: GrafanaServer, status: int, words: str
) -> None:
    """Harm: a traceback instead of the setting that is wrong."""
    headers = {"Location": "https://login.example"} if status == 302 else {}
    grafana.broken["/api/org"] = (status, "<html>", headers)

    said = push(code=2).output

    assert words in said
    assert TOKEN not in said
    assert grafana.writes == []


def test_what_the_token_may_not_do_is_told_and_the_rest_is_done(
    grafana: GrafanaServer,
) -> None:
    """Harm: a token for dashboards alone brings nothing at all."""
    grafana.permitted = lambda method, path: (
        method == "GET" or "datasources" not in path
    )

    said = push(code=1).output

    assert "refused   data source llmcost  403: You'll need additional" in said
    assert len(grafana.main.dashboards) == 7
    assert len(grafana.main.rules) == 12


def test_a_failure_on_the_way_tells_what_was_done(grafana: GrafanaServer) -> None:
    """Harm: nobody knows what is in Grafana now."""
    grafana.broken["/api/v1"] = (500, '{"message": "database is locked"}', {})

    said = push(code=2).output

    assert "created   dashboard llm-costs-overview" in said
    assert "500 database is locked" in said
    del grafana.broken["/api/v1"]
    assert "created   alert rule llm-costs-stale-data" in push().output


@pytest.mark.parametrize(
    "name", ["LLM_COSTS_GRAFANA_URL", "LLM_COSTS_GRAFANA_TOKEN", "RUNBOOKS_URL"]
)
def test_a_setting_that_lacks_is_named(
    grafana: GrafanaServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Harm: people search for what is not set."""
    monkeypatch.delenv(name)

    assert f"{name} is not set" in push(code=2).output
    assert grafana.requests == []


def test_a_grafana_that_cannot_be_reached_or_is_slow_is_told(
    grafana: GrafanaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: the command hangs, or ends in a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("LLM_COSTS_GRAFANA_URL", f"http://127.0.0.1:{port}")
        monkeypatch.setattr(grafana_api, "SECONDS", 0.1)
        assert "did not answer within" in push(code=2).output
    assert "cannot be reached" in push(code=2).output
    monkeypatch.setenv("LLM_COSTS_GRAFANA_URL", "grafana.example")
    assert "begins with neither https:// nor http://" in push(code=2).output


def test_nobody_is_told_without_an_address(
    grafana: GrafanaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: a contact point without an address, which Grafana fails at."""
    monkeypatch.delenv("ALERT_EMAIL_ADDRESSES")
    monkeypatch.delenv("ALERT_SLACK_URL")

    said = push().output

    assert "nobody is told: no channel has an address" in said
    assert grafana.main.points == {}
    assert "routes" not in grafana.main.policies
    assert len(grafana.main.rules) == 12
