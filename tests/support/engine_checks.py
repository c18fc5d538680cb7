"""What has to hold on every engine; each has a file of tests that takes these in.

    ENGINE = "postgres"

    from engine_checks import *

A file, because pytest-xdist gives all tests of a file to one worker, which then builds
everything once. The fixtures `built` and `reference` are in tests/engines/conftest.py.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from engine_builds import Built
from engines import Engine, columns_of
from parity import compared, differences
from parity_table import PROPERTY, parity

MARTS = [
    "unified_costs",
    "daily_costs",
    "cost_anomalies",
    "budget_status",
    "attribution_coverage",
    "chat_usage",
    "cost_forecast",
    "customer_anomalies",
    "customer_costs",
    "customer_margins",
    "data_freshness",
    "dim_customers",
    "excluded_costs",
    "focus_costs",
    "load_reconciliation",
    "model_costs",
    "customer_efficiency",
    "model_efficiency",
    "model_switch_savings",
    "unit_costs",
]


Record = Callable[[str, Any], None]


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_is_the_same_as_on_duckdb(
    mart: str, built: Built, reference: Engine, record_property: Record
) -> None:
    """Harm: a team moves to another warehouse and its numbers change."""
    columns = compared(columns_of(reference, mart))
    ours, theirs = reference.rows(mart, columns), built.engine.rows(mart, columns)
    measured = parity(built.engine.target, mart, columns, ours, theirs)
    record_property(PROPERTY, measured.record)
    assert ours, f"{mart} is empty on {reference.target}: nothing is compared."
    assert differences(mart, columns, ours, theirs) == []
    assert measured.different == 0


def test_the_daily_job_passes_with_all_its_tests(built: Built) -> None:
    """Harm: a target is called ready though models or data tests fail on it."""
    dbt = built.summary["dbt"]
    assert built.summary["status"] == "success"
    assert dbt["failures"] == dbt["warnings"] == []
    assert dbt["nodes"]["model"] > 80
    assert dbt["statuses"]["pass"] > 500
    currencies = {row["currency"]: row for row in built.summary["reconciliation"]}
    assert set(currencies) == {"EUR", "USD"}
    assert all(int(row["units_not_reconciled"]) == 0 for row in currencies.values())


def test_a_period_that_is_loaded_is_not_loaded_again(built: Built) -> None:
    """Harm: loads forget what they loaded, and every day costs a full load."""
    units = built.summary["units"]
    assert len(units["unchanged"]) == len(units["loaded"]) == 3
    assert units["refused"] == units["failed"] == []


@pytest.mark.parametrize("model", ["int_daily_charges", "unified_costs"])
def test_the_second_build_reads_only_the_new_loads(model: str, built: Built) -> None:
    """Harm: each build makes the largest tables anew, which is slow and dear."""
    (path,) = (built.folder / "target" / "run").rglob(f"models/**/{model}.sql")
    executed = path.read_text(encoding="utf-8").lower()
    assert "insert into" in executed or "merge into" in executed
    assert "load_id in ('2026" in built.statements[f"{model}.sql"]


def test_the_unit_tests_pass(built: Built) -> None:
    """Harm: a rule in SQL means another thing on this engine."""
    selected = ("--select", "test_type:unit")
    output = built.run("dbt", "test", "--target", built.engine.target, *selected)
    assert "ERROR=0" in output
    assert "PASS=0" not in output


def test_the_catalogue_has_every_mart(built: Built) -> None:
    """Harm: `dbt docs generate` shows no columns on this warehouse."""
    built.run("dbt", "--quiet", "docs", "generate", "--target", built.engine.target)
    text = (built.folder / "target" / "catalog.json").read_text(encoding="utf-8")
    columns = json.loads(text)["nodes"]["model.llm_costs.unified_costs"]["columns"]
    assert {"cost_usd", "customer_id", "token_type"} <= set(columns)
