"""Alert rules are accepted by Grafana, ask what runs, and fire when they should."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from alert_file_rules import contact_findings, policy_findings, rule_findings
from alert_queries import Rule, asked, made_files, rules, text_of
from dashboard_queries import FOLDERS, Marts, Result, made_in
from on_duckdb import parsed, translated
from redshift_rules import violations
from tsql_rules import findings

from dashboards import build, phase_2
from dashboards.dialects import DIALECTS
from dashboards.notifications import RECEIVER
from dashboards.provisioning import Choices

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

RUNBOOKS = Path(build.__file__).parents[1] / "docs" / "runbooks"
RUNNABLE = ["duckdb", "postgres", "redshift"]
PHASE_1_KEYS = 12


ALL = [rule for folder in FOLDERS for rule in asked(folder)]
OURS = {rule.uid.removeprefix("llm-costs-"): rule for rule in asked("duckdb")}


def ask(marts: Marts, rule: Rule) -> Result:
    """Run a rule's query on DuckDB."""
    text = text_of(rule, marts.time_to)
    if rule.target not in RUNNABLE:
        text = translated(parsed(text, rule.target))
    return marts.run(text)


def fired(marts: Marts, key: str) -> dict[tuple[str, ...], float]:
    """Give the number of each alert that fires, by its labels."""
    rule = OURS[key]
    rows = ask(marts, rule).rows
    return {tuple(row[:-1]): row[-1] for row in rows if row[-1] > rule.above}


@pytest.mark.parametrize("folder", FOLDERS)
def test_grafana_takes_the_files(folder: str) -> None:
    """Harm: Grafana does not start with a file that it refuses."""
    files = made_files(folder)

    assert rule_findings(files["alerting/rules.yaml"]) == []
    assert contact_findings(files["alerting/contact-points.yaml"]) == []
    assert policy_findings(files["alerting/policies.yaml"], {RECEIVER}) == []
    for path, text in build.provision(folder).items():
        # References within YAML, which nothing else in these files has.
        assert not re.search(r": [&*]id\d", text), path
    for each in files["alerting/templates.yaml"]["templates"]:
        # A dollar would be taken for a variable of the environment.
        assert "$" not in each["template"]
        assert f'define "{each["name"]}"' in each["template"]
        assert each["template"].count("{{") == each["template"].count("}}")


def break_(rule: Json, path: str, value: Any) -> None:
    """Set one key of a rule."""
    *way, last = path.split(".")
    place: Any = rule
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", "Spend > $100"),
        ("uid", "llm-costs-" + "x" * 40),
        ("noDataState", "Ok"),
        ("execErrState", "NoData"),
        ("condition", "B"),
        ("grafana_alert", {}),
        ("data.0.datasourceUid", ""),
        ("data.0.relativeTimeRange", {"from": 0, "to": 0}),
        ("data.0.model.rawSql", ""),
        ("data.0.model.format", 1),
        ("data.1.datasourceUid", ""),
        ("data.1.model.expression", "Z"),
        ("data.1.model.conditions", []),
    ],
)
def test_the_rules_of_the_files_find_mistakes(path: str, value: Any) -> None:
    """Harm: a check that finds nothing lets a file through that stops Grafana."""
    content = copy.deepcopy(made_files("postgres")["alerting/rules.yaml"])
    break_(content["groups"][0]["rules"][0], path, value)

    assert rule_findings(content)


@pytest.mark.parametrize("rule", ALL, ids=str)
def test_a_rule_s_rows_are_alerts(marts: Marts, rule: Rule) -> None:
    """Harm: two numbers, a time or equal labels make Grafana refuse the answer."""
    result = ask(marts, rule)

    assert result.types.count("DOUBLE") == 1
    assert result.types[-1] == "DOUBLE"
    assert {*result.types} <= {"DOUBLE", "VARCHAR"}
    labels = [row[:-1] for row in result.rows]
    assert len({*labels}) == len(labels)
    assert all(value is not None for row in result.rows for value in row)
    # What is told of is a label of the rows.
    for text in rule.source["annotations"].values():
        assert {*re.findall(r"\$labels\.(\w+)", text)} <= {*result.columns[:-1]}


@pytest.mark.parametrize("rule", ALL, ids=str)
def test_a_rule_asks_in_its_engine_s_sql(marts: Marts, rule: Rule) -> None:
    """Harm: an alert that ends in an error tells nobody of the cost."""
    assert "${" not in rule.sql
    text = text_of(rule, marts.time_to)
    assert parsed(text, rule.target)
    if rule.target == "sqlserver":
        assert findings(text) == [], text
    if rule.target == "redshift":
        assert violations(text) == [], text


@pytest.mark.parametrize("rule", [each for each in ALL if not each.part], ids=str)
def test_all_targets_alert_alike(marts: Marts, rule: Rule) -> None:
    """Harm: one warehouse tells what another one keeps silent about."""
    key = rule.uid.removeprefix("llm-costs-")

    def rows(of: Rule) -> list[Any]:
        return sorted((*row[:-1], round(row[-1], 6)) for row in ask(marts, of).rows)

    assert rows(rule) == rows(OURS[key])


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_rule_leads_to_a_panel_and_a_runbook(folder: str) -> None:
    """Harm: who is woken finds neither the figure nor what to do."""
    for rule in rules(folder):
        dashboard = made_in(folder)[rule["dashboardUid"]]
        panels = {each["id"]: each for each in dashboard["panels"]}
        assert panels[rule["panelId"]]["title"]
        page = rule["annotations"]["runbook_url"]
        assert page.startswith("${RUNBOOKS_URL}/")
        text = (RUNBOOKS / page.rpartition("/")[2]).read_text(encoding="utf-8")
        for heading in ("## What it means", "## First look", "## What to do"):
            assert heading in text


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_was_never_normal_is_told_by_the_right_state(folder: str) -> None:
    """Harm: a silent warehouse looks healthy, or a healthy one wakes people daily."""
    for rule in rules(folder):
        is_stale = rule["uid"].endswith("stale-data")
        assert rule["noDataState"] == ("Alerting" if is_stale else "OK")
        assert rule["execErrState"] == "Error"
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["labels"]["about"] in {"cost", "budget", "data"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_rule_that_could_not_ask_claims_no_figure(folder: str) -> None:
    """Harm: a warehouse that is down is told as a cost of %!f(<nil>) USD."""
    either = re.compile(r"\{\{ if \$values\.A \}\}(.+)\{\{ else \}\}(.+)\{\{ end \}\}")
    for rule in rules(folder):
        found = either.fullmatch(rule["annotations"]["summary"])
        assert found
        assert "$values.A.Value" in found[1]
        assert "{{" not in found[2]
        assert "warehouse did not answer" in found[2]


def test_a_message_tells_apart_what_was_judged_and_what_was_not() -> None:
    """Harm: who is told of an outage is sent to the runbook of an anomaly."""
    content = made_files("postgres")["alerting/templates.yaml"]
    text = {each["name"]: each["template"] for each in content["templates"]}
    message = text["llm_costs.message"]

    for part in ("Firing", "Resolved"):
        _, _, told = message.partition(f"{{{{ range .Alerts.{part} }}}}")
        assert told.startswith('{{ if eq .Labels.alertname "DatasourceError" }}')
    assert ".Annotations.Error" in message
    (page,) = re.findall(r'reReplaceAll "\S+" "(\S+)" \.Annotations', message)
    assert (RUNBOOKS / page).is_file()
    assert "## The warehouse does not answer" in (RUNBOOKS / page).read_text("utf-8")
    # Each opening has its end.
    for template in text.values():
        opened = len(re.findall(r"\{\{ (?:if|with|range|define) ", template))
        assert opened == template.count("{{ end }}")


def test_a_warehouse_that_does_not_answer_is_one_message() -> None:
    """Harm: twelve rules that fail together are twelve messages an hour."""
    (policy,) = made_files("postgres")["alerting/policies.yaml"]["policies"]
    labels = {"alertname": "DatasourceError", "severity": "critical", "about": "data"}

    def matches(route: Json) -> bool:
        return all(
            re.fullmatch(value if operator == "=~" else re.escape(value), labels[name])
            for name, operator, value in route["object_matchers"]
        )

    # Grafana takes the first route that matches.
    first = next(each for each in policy["routes"] if matches(each))
    assert first["group_by"] == ["alertname"]


def test_each_warehouse_of_phase_2_tells_of_its_clouds_only(marts: Marts) -> None:
    """Harm: a cloud is told of twice, or a budget by a part of its cost."""
    found = asked(phase_2.FOLDER)
    keys = {rule.uid for rule in found}

    assert not [uid for uid in keys if "budget" in uid or "customer-daily" in uid]
    # BigQuery still holds all clouds; whose customers these are it cannot tell.
    assert "llm-costs-bq-customer-critical" not in keys
    assert "llm-costs-redshift-customer-critical" in keys
    # The sample company's marts have all clouds, as BigQuery's do.
    for key in ("stale-data", "reconciliation", "unknown-skus"):
        (rule,) = (each for each in found if each.uid == f"llm-costs-bq-{key}")
        assert set(ask(marts, rule).column("cloud_provider")) == {"GCP"}
    (service,) = (each for each in found if each.uid == "llm-costs-bq-service-critical")
    everyone = ask(marts, OURS["service-critical"])
    clouds = everyone.column("cloud_provider")
    assert clouds
    assert ask(marts, service).column("cloud_provider") == [
        each for each in clouds if each == "GCP"
    ]
    (cost,) = (each for each in found if each.uid == "llm-costs-bq-daily-cost")
    own = marts.run(
        """select "date" from multi_cloud_costs.daily_costs where cloud_provider = 'GCP'
        and "date" > (select max("date") - 3 from multi_cloud_costs.daily_costs)
        group by "date" having sum(usage_cost_usd) > 1000"""
    )
    assert len(ask(marts, cost).rows) == len(own.rows)


def test_there_is_a_rule_for_everything_that_is_promised() -> None:
    """Harm: a rule that is dropped by mistake is missed by nobody."""
    for target in DIALECTS:
        assert len(asked(target)) == PHASE_1_KEYS


def test_the_sample_company_s_days_are_told(marts: Marts) -> None:
    """Harm: a day above the limit passes in silence."""
    (newest,) = marts.run(
        """select cast(max("date") as varchar), cast(sum(usage_cost_usd) as double)
        from multi_cloud_costs.daily_costs
        where "date" = (select max("date") from multi_cloud_costs.daily_costs)"""
    ).rows
    days = fired(marts, "daily-cost")

    assert days[newest[0],] == pytest.approx(newest[1])
    assert all(value > 1000 for value in days.values())
    unusual = marts.run(
        """select cast("date" as varchar), customer_id,
            cast(cost_usd - expected_cost_usd as double)
        from multi_cloud_costs.customer_anomalies
        where severity = 'critical' and status = 'High'"""
    ).rows
    told = fired(marts, "customer-critical")
    assert told == {(day, who): pytest.approx(usd) for day, who, usd in unusual}
    assert fired(marts, "stale-data") == {}
    assert fired(marts, "reconciliation") == {}
    assert fired(marts, "unknown-skus") == {}


def test_a_customer_s_limit_is_two_even_days_of_its_budget(
    changed_marts: Callable[[str], Marts],
) -> None:
    """Harm: a small customer may spend what only a large one was to be told of."""
    marts = changed_marts(
        """update multi_cloud_costs.dim_customers
        set daily_cost_limit_usd = null, monthly_budget_usd = case
            when customer_id = 'acme' then 30 when customer_id = 'globex' then 1e6
        end;
        update multi_cloud_costs.daily_costs set usage_cost_usd = 0
        where customer_id not in ('acme', 'globex', 'hooli');
        update multi_cloud_costs.daily_costs
        set usage_cost_usd = usage_cost_usd * 1000
        where customer_id = 'hooli'"""
    )

    told = {(who, limit) for _, who, limit in fired(marts, "customer-daily-cost")}

    # Globex stays below its 66,666.67 USD; without a budget it is 1,000 USD.
    assert told == {("acme", "2.00"), ("hooli", "1000.00")}


def test_a_customer_s_own_limit_is_before_that_of_its_budget(
    changed_marts: Callable[[str], Marts],
) -> None:
    """Harm: the limit that was agreed with a customer is not the one that is told."""
    marts = changed_marts(
        """update multi_cloud_costs.dim_customers
        set monthly_budget_usd = 30, daily_cost_limit_usd = case customer_id
            when 'acme' then 99.994 when 'globex' then 100.006 when 'initech' then 100
            when 'hooli' then 0 when 'wonka' then 0 when 'tyrell' then null end;
        delete from multi_cloud_costs.daily_costs
        where customer_id not in (
            'acme', 'globex', 'hooli', 'initech', 'tyrell', 'wonka'
        );
        create table newest as
        select max("date") as newest from multi_cloud_costs.daily_costs;
        update multi_cloud_costs.daily_costs set usage_cost_usd = 0;
        update multi_cloud_costs.daily_costs as c set usage_cost_usd = case customer_id
            when 'wonka' then 0 when 'hooli' then 0.01 when 'tyrell' then 2.01
            else 100 end
        from (
            select min(costs.rowid) as place
            from multi_cloud_costs.daily_costs as costs, newest
            where "date" = newest group by customer_id
        ) as first
        where c.rowid = first.place"""
    )

    told = {
        (who, limit): usd
        for (_, who, limit), usd in fired(marts, "customer-daily-cost").items()
    }

    # Above by a fraction of a cent, below, exactly at it, and zero with and without
    # usage; two even days of the budget where none is set.
    assert told == {
        ("acme", "99.99"): 100,
        ("hooli", "0.00"): 0.01,
        ("tyrell", "2.00"): 2.01,
    }


def test_a_budget_is_told_once_in_each_of_its_states(
    changed_marts: Callable[[str], Marts],
) -> None:
    """Harm: a budget that is spent is told as one that might be, or by both."""
    marts = changed_marts(
        """update multi_cloud_costs.budget_status
        set percent_used = 10, forecast_percent = 20 where is_current_month;
        update multi_cloud_costs.budget_status
        set percent_used = 80, forecast_percent = 90
        where is_current_month and customer_id = 'acme';
        update multi_cloud_costs.budget_status
        set percent_used = 100, forecast_percent = 150
        where is_current_month and customer_id = 'globex';
        update multi_cloud_costs.budget_status
        set percent_used = 50, forecast_percent = 101
        where is_current_month and budget_scope = 'total';
        update multi_cloud_costs.budget_status
        set percent_used = 81, forecast_percent = 99
        where is_current_month and cloud_provider = 'AWS';
        update multi_cloud_costs.budget_status
        set percent_used = 102, forecast_percent = 150
        where is_current_month and team = 'search';
        update multi_cloud_costs.budget_status
        set percent_used = 50, forecast_percent = 103
        where is_current_month and (cloud_provider = 'GCP' or team = 'support')"""
    )

    assert fired(marts, "budget-80") == {
        ("customer", "acme", "all", "all"): 80,
        ("provider", "all", "AWS", "all"): 81,
    }
    assert fired(marts, "budget-100") == {
        ("customer", "globex", "all", "all"): 100,
        ("team", "all", "all", "search"): 102,
    }
    assert fired(marts, "budget-forecast") == {
        ("total", "all", "all", "all"): 101,
        ("provider", "all", "GCP", "all"): 103,
        ("team", "all", "all", "support"): 103,
    }


def test_bad_data_is_told_with_its_cloud(
    changed_marts: Callable[[str], Marts],
) -> None:
    """Harm: figures that cannot be trusted are believed."""
    marts = changed_marts(
        """update multi_cloud_costs.data_freshness
        set last_usage_date = last_usage_date - 4 where cloud_provider = 'Azure';
        update multi_cloud_costs.load_reconciliation
        set is_reconciled = false where cloud_provider = 'GCP';
        update multi_cloud_costs.daily_costs
        set model = 'unknown' where cloud_provider = 'AWS'"""
    )

    assert {key[0]: days for key, days in fired(marts, "stale-data").items()} == {
        # The morning after, of bills that were of yesterday.
        "Azure": 5
    }
    assert {key[0] for key in fired(marts, "reconciliation")} == {"GCP"}
    assert fired(marts, "unknown-skus") == {("AWS",): pytest.approx(100)}


def test_an_installation_chooses_limit_and_channels() -> None:
    """Harm: a channel without an address keeps Grafana from starting."""
    choices = Choices(daily_limit_usd=2500, channels=("email",))
    made = build.provision("postgres", choices=choices)

    (point,) = yaml.safe_load(made["alerting/contact-points.yaml"])["contactPoints"]
    assert [each["type"] for each in point["receivers"]] == ["email"]
    assert "> 2500" in made["alerting/rules.yaml"]
    seldom = build.provision("postgres", choices=Choices(rules_every="6h"))
    assert "interval: 6h" in seldom["alerting/rules.yaml"]
    with pytest.raises(ValueError, match="of -5 USD tells of every day"):
        Choices(daily_limit_usd=-5)
    with pytest.raises(ValueError, match="every '1d': use minutes or hours"):
        Choices(rules_every="1d")
    with pytest.raises(ValueError, match="pigeon: use email, slack, webhook"):
        build.provision("postgres", choices=Choices(channels=("pigeon",)))
    with pytest.raises(ValueError, match="none: use email"):
        build.provision("postgres", choices=Choices(channels=()))
