"""A customer's own dashboards and alerts, asked of what its credential reads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from alert_file_rules import rule_findings
from dashboard_queries import Marts, Query, Result, all_queries
from grafana_expansion import expand
from grafana_rules import schema_findings

from dashboards import links, phase_2
from dashboards.build import render, sources_of
from dashboards.dialects import DIALECTS
from dashboards.provisioning import RULES, Choices, contents
from dashboards.readers import Tenant, marts_read
from orchestrate.tenant_files import read_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

# One that was unusual on the newest days.
CUSTOMER = "wayne-enterprises"
SEEN = read_rules(Path(__file__).parents[2] / "dbt_project.yml")
TENANT = Tenant(CUSTOMER, frozenset(SEEN))
FOLDERS = [*DIALECTS, phase_2.FOLDER]
BUDGETS = ["budget-80", "budget-100", "budget-forecast"]
COSTS = ["customer-daily-cost", "customer-critical", "customer-warning"]


def made(folder: str) -> dict[str, Json]:
    """Give a customer's dashboards, by their uid."""
    files = [json.loads(text) for text in render(folder, tenant=TENANT).values()]
    return {each["uid"]: each for each in files}


def rules(folder: str) -> Json:
    """Give a customer's file of rules."""
    return contents(sources_of(folder, tenant=TENANT), Choices(), TENANT)[RULES]


@pytest.fixture(scope="module")
def own(marts: Marts, marts_file: Path) -> Iterator[Marts]:
    """The rows that the customer's credential reads."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{marts_file}' as built (read_only)")
        connection.execute("create schema multi_cloud_costs")
        for mart, rule in SEEN.items():
            condition = f"and {rule['where']}" if rule.get("where") else ""
            connection.execute(
                f"create table multi_cloud_costs.{mart} as "
                f"from built.multi_cloud_costs.{mart} "
                f'where "{rule["customer"]}" = ? {condition}',
                [CUSTOMER],
            )

        def run(sql: str) -> Result:
            relation = connection.execute(sql)
            columns = relation.description or []
            names = [each[0] for each in columns]
            return Result(
                names, [str(each[1]) for each in columns], relation.fetchall()
            )

        yield replace(marts, run=run)


def text_of(asked: str, dashboard: Json, marts: Marts) -> str:
    """Expand a query of a customer's dashboard, with everything as it opens."""
    variables = dashboard["templating"]["list"]
    return expand(
        asked,
        "duckdb",
        {
            each["name"]: each["query"] if each["type"] == "constant" else None
            for each in variables
        },
        marts.time_from,
        marts.time_to,
        {each["name"]: each.get("allValue", "") for each in variables},
    )


def rows(result: Result) -> list[list[Any]]:
    """Give a result's rows with numbers that compare."""
    return [
        [float(f"{each:.9g}") if isinstance(each, float) else each for each in row]
        for row in result.rows
    ]


def theirs(uid: str, title: str) -> Query:
    """Find the same panel of the company's own dashboards."""
    (query,) = (
        each
        for each in all_queries("duckdb")
        if (each.uid, each.name) == (uid, title)
        and each.kind not in {"variable", "annotation"}
    )
    return query


PANELS = [
    pytest.param(board, panel, id=f"{uid.removeprefix('llm-costs-')}-{panel['title']}")
    for uid, board in made("duckdb").items()
    for panel in board["panels"]
    if panel["targets"]
]


@pytest.mark.parametrize(("board", "panel"), PANELS)
def test_a_customer_s_panel_says_what_the_company_s_says_of_it(
    marts: Marts, own: Marts, board: Json, panel: Json
) -> None:
    """Harm: a figure that needs rows of others is silently another one without them."""
    (target,) = panel["targets"]
    asking = target.get("panelId", panel["id"])
    ((asked,),) = (each["targets"] for each in board["panels"] if each["id"] == asking)
    ours = own.run(text_of(asked["rawSql"], board, marts))
    text = marts.text(theirs(board["uid"], panel["title"]), customer_id=CUSTOMER)
    if board["uid"] == links.MODELS:
        # For the company it is of all customers, whoever is chosen elsewhere.
        table = "multi_cloud_costs.daily_costs"
        only = f"(from {table} where customer_id = '{CUSTOMER}')"
        text = text.replace(table, only)
    full = marts.run(text)

    assert rows(ours) == rows(full)
    assert ours.columns == full.columns


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_other_customer_can_be_chosen(own: Marts, folder: str) -> None:
    """Harm: a list of all customers, or an address with another one's name."""
    for uid, board in made(folder).items():
        assert schema_findings(board) == [], uid
        text = json.dumps(board)
        assert marts_read({"text": text}, "multi_cloud_costs") <= TENANT.marts
        for variable in board["templating"]["list"]:
            if variable["name"] == "customer_id":
                assert variable["type"] == "constant"
                assert variable["query"] == CUSTOMER
                assert variable["current"]["value"] == CUSTOMER
                assert variable["skipUrlSync"] is True
        if "${customer_id" in text:
            names = {each["name"] for each in board["templating"]["list"]}
            assert "customer_id" in names


@pytest.mark.parametrize("folder", FOLDERS)
def test_links_lead_to_what_the_customer_has(folder: str) -> None:
    """Harm: a click on a name ends at a dashboard that is not there."""
    boards = made(folder)
    for board in boards.values():
        for panel in board["panels"]:
            fields = panel["fieldConfig"]
            links = fields["defaults"].get("links", []) + [
                link
                for override in fields["overrides"]
                for each in override["properties"]
                if each["id"] == "links"
                for link in each["value"]
            ]
            for link in links:
                assert link["url"].split("/")[2] in boards, panel["title"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_customer_is_alerted_of_itself_only(folder: str) -> None:
    """Harm: a rule that fails for want of a right tells of a broken warehouse daily."""
    file = rules(folder)
    boards = made(folder)

    assert rule_findings(file) == []
    found = [rule for group in file["groups"] for rule in group["rules"]]
    assert found
    for rule in found:
        assert marts_read(rule, "multi_cloud_costs") <= TENANT.marts
        panels = {each["id"] for each in boards[rule["dashboardUid"]]["panels"]}
        assert rule["panelId"] in panels
    keys = {rule["uid"].removeprefix("llm-costs-") for rule in found}
    if folder == phase_2.FOLDER:
        # Budgets are of all clouds, and BigQuery holds others' as well.
        assert keys == {
            f"{part}-customer-{severity}"
            for part in ("redshift", "sqlserver")
            for severity in ("critical", "warning")
        }
    else:
        assert keys == {*BUDGETS, *COSTS}


def test_a_customer_s_alerts_are_those_the_company_gets_of_it(
    marts: Marts, own: Marts
) -> None:
    """Harm: a customer is told less of itself, or more, than the company."""
    company = contents(sources_of("duckdb"), Choices())[RULES]["groups"][0]["rules"]
    told = 0
    for rule in rules("duckdb")["groups"][0]["rules"]:
        (same,) = (each for each in company if each["uid"] == rule["uid"])
        ours, full = (
            asking.run(
                expand(
                    each["data"][0]["model"]["rawSql"],
                    "duckdb",
                    {},
                    marts.time_from,
                    marts.time_to,
                )
            )
            for asking, each in ((own, rule), (marts, same))
        )
        place = full.columns.index("customer_id")
        expected = [row for row in rows(full) if row[place] == CUSTOMER]
        assert sorted(rows(ours)) == sorted(expected), rule["uid"]
        told += len(expected)
    assert told
