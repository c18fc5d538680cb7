"""Everything on BigQuery's REST interface with GoogleSQL inside.

GoogleSQL's evaluator is exact and slow, so these are fewer days and customers than on
the other engines.
"""

import json
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from bigquery_target import PROJECT
from chat_checks import check_answers, duckdb_file
from dashboard_checks import *  # noqa: F403
from engine_builds import Built, build_at_once, make_bills
from engine_checks import *  # noqa: F403
from engines import ENGINES, REFERENCE, Engine

from chat.warehouse import WarehouseError
from chat.warehouse_choice import make_reader
from chat.warehouse_settings import read_warehouse_settings

ENGINE = "bq"
SCHEMA = "multi_cloud_costs"
RULES = yaml.safe_load(Path("dbt_project.yml").read_text("utf-8"))["vars"][
    "tenant_marts"
]
BILLS = {
    "days": 22,
    "end": date(2026, 11, 20),
    "seed": 1,
    "rows_per_day": 1,
    "customers": ["acme", "globex", "umbrella-health", "initech"],
}
pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def engine_bills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sample bills of three clouds, enough days for anomalies."""
    folder = tmp_path_factory.mktemp("bq_bills")
    make_bills(folder, BILLS)
    return folder


@pytest.fixture(scope="module")
def reference(
    engine_bills: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """DuckDB with the same bills."""
    folder = tmp_path_factory.mktemp("bq_reference")
    with ENGINES[REFERENCE](folder) as engine:
        build_at_once(engine, folder, engine_bills)
        yield engine


def test_marts_are_partitioned_and_clustered(built: Built) -> None:
    """Harm: a panel over one day reads, and bills, the whole history."""
    sql = (built.folder / "target" / "run").rglob("daily_costs.sql")
    text = next(iter(sql)).read_text(encoding="utf-8").lower()
    assert "partition by date" in text
    assert "cluster by cloud_provider, customer_id, model" in text


def test_a_tenant_s_views_have_its_own_rows_and_no_other(built: Built) -> None:
    """Harm: what a customer is let read on BigQuery has another customer's cost."""
    query = built.engine.query
    rows = query(f"select distinct customer_id from {SCHEMA}.unified_costs")
    first, second, *_ = sorted({customer for (customer,) in rows} - {"unattributed"})
    built.run("llm-costs", "tenants", "apply", first, second)
    roles = query(f"select customer_id, role_name from {SCHEMA}_tenants.tenant_roles")
    assert {customer for customer, _ in roles} == {first, second}
    for customer, role in roles:
        for mart, rule in RULES.items():
            count = f"select {rule['customer']} as customer, count(*) as n from"
            group = f"group by {rule['customer']}"
            own = f"where {rule['customer']} = '{customer}'"
            own += f" and {rule['where']}" if "where" in rule else ""
            seen = query(f"{count} {SCHEMA}_{role}.{mart} {group}")
            assert seen == query(f"{count} {SCHEMA}.{mart} {own} {group}")
            assert seen or mart == "budget_status", mart
    address = built.environment["BIGQUERY_EMULATOR_HOST"]
    dataset = f"{address}/bigquery/v2/projects/{PROJECT}/datasets/{SCHEMA}"
    with urllib.request.urlopen(dataset) as answer:
        views = [entry["view"] for entry in json.load(answer)["access"]]
    assert sorted((view["datasetId"], view["tableId"]) for view in views) == sorted(
        (f"{SCHEMA}_{role}", mart) for _, role in roles for mart in RULES
    )


def test_chat_answers_as_on_duckdb(
    built: Built, reference: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: the same question has two answers, depending on the warehouse."""
    for name in ("BIGQUERY_EMULATOR_HOST", "HTTPS_PROXY"):
        monkeypatch.setenv(name, built.environment[name])
    key = built.environment["LLM_COSTS_BIGQUERY_KEYFILE"]
    environment = {**built.environment, "LLM_COSTS_CHAT_WAREHOUSE_KEYFILE": key}
    # GoogleSQL's evaluator is exact and slow.
    environment["LLM_COSTS_CHAT_STATEMENT_SECONDS"] = "300"
    reader = make_reader(read_warehouse_settings(environment))

    assert check_answers(reader, duckdb_file(reference)) > 50
    with pytest.raises(WarehouseError, match="Only single queries"):
        reader.read("delete from multi_cloud_costs.unified_costs where true", ())
