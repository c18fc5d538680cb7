"""Bills in FOCUS files become the same costs as native bills."""

import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from cloud_unit_tests import cloud_unit_tests
from commands import checked
from dbt_runs import NAME, NO_UNIT_TESTS, UNTESTED, WITH_MANIFEST, dbt
from focus_bills import (
    aws_row,
    azure_row,
    google_row,
    write_aws_export,
    write_azure_export,
    write_csv,
    write_google_export,
)

from orchestrate.focus_files import write_focus_files
from orchestrate.focus_metadata import FileFormat
from orchestrate.settings import read_settings

BY = ("cloud_provider", "invoice_month", "customer_id", "model", "token_type")
AMOUNTS = (
    "cost_usd",
    "list_cost_usd",
    "effective_cost_usd",
    "cost_in_billing_currency",
    "usage_amount",
)
WITH_DATA_TESTS = ("build", *NO_UNIT_TESTS)
# With all data tests from the one format; from the other only what is compared, since
# equal costs pass the same tests.
BUILDS = {
    FileFormat.PARQUET: WITH_DATA_TESTS,
    FileFormat.CSV: ("build", *UNTESTED, "--select", "+unified_costs"),
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it has read of the project, for both formats."""
    return tmp_path_factory.mktemp("read")


def load_and_build(
    folder: Path,
    focus: Path,
    clouds: str,
    build: tuple[str, ...] = WITH_DATA_TESTS,
    **settings: str,
) -> Path:
    """Load FOCUS files into the warehouse of a folder and build it."""
    environment = {
        **os.environ,
        "LLM_COSTS_CLOUDS": clouds,
        "LLM_COSTS_DUCKDB_PATH": str(folder / NAME),
        "DLT_DATA_DIR": str(folder / "dlt"),
        "SOURCES__FOCUS_COSTS__EXPORT_URL": f"file://{focus}",
    }
    load = (
        "import extract, sys; results = extract.run(['focus_costs']); "
        "sys.exit('; '.join(r.message for r in results if r.is_failure) or None)"
    )
    checked([sys.executable, "-c", load], environment)
    settings |= {**WITH_MANIFEST, "LLM_COSTS_CLOUDS": clouds}
    dbt(folder / NAME, "--quiet", *build, **settings)
    return folder / NAME


def query(warehouse: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(f"use multi_cloud_costs; {sql}").fetchall()


def sums(warehouse: Path, *keys: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    amounts = ", ".join(f"sum({amount})" for amount in AMOUNTS)
    rows = query(
        warehouse,
        f"select {', '.join(keys)}, {amounts} from unified_costs group by all",
    )
    found = {row[: len(keys)]: row[len(keys) :] for row in rows}
    return {key: values for key, values in found.items() if any(values)}


@pytest.mark.parametrize("file_format", list(FileFormat))
def test_what_is_exported_as_focus_comes_back_as_the_same_costs(
    built_warehouse: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file_format: FileFormat,
    read: Path,
) -> None:
    """A cost that changes on the way from tool to tool is nobody's cost.

    Native bills, marts, FOCUS files, and from these alone the marts again. What differs
    is not in the files: what a customer was known by (his name is in the tags now), the
    model's family where the product told it, and SKU and unit of charges other than
    usage, which are null in FOCUS.
    """
    monkeypatch.setenv("LLM_COSTS_DUCKDB_PATH", str(built_warehouse))
    monkeypatch.setenv("LLM_COSTS_SERVING_PATH", str(tmp_path / "none.duckdb"))
    out = tmp_path / "focus"
    write_focus_files(read_settings(), months=[], file_format=file_format, out=out)
    again = load_and_build(
        tmp_path, out, "focus", BUILDS[file_format], DBT_TARGET_PATH=str(read)
    )
    assert sums(again, *BY) == sums(built_warehouse, *BY)
    for key in (
        *("date", "service", "team", "environment", "feature", "project", "region"),
        *("billing_account_id", "sub_account_id", "billing_currency"),
        *("charge_category", "pricing_tier", "model_vendor"),
    ):
        assert sums(again, "cloud_provider", key) == sums(
            built_warehouse, "cloud_provider", key
        )
    # FOCUS wants a SkuId on all usage; where the bill names none it is the service.
    usage = "select coalesce(nullif(sku, ''), service) as sku, usage_unit, "
    usage += "sum(cost_usd), sum(usage_amount) "
    usage += "from unified_costs where charge_category = 'Usage' group by all"
    assert set(query(again, usage)) == set(query(built_warehouse, usage))


def test_each_providers_spelling_gives_model_tokens_and_customer(
    warehouse_copy: Path, built_warehouse: Path, tmp_path: Path
) -> None:
    """FOCUS unifies costs, but every provider names SKUs in columns of its own.

    Loaded beside the native bills of other accounts, which stay as they are.
    """
    before = sums(warehouse_copy, "cloud_provider")
    focus = tmp_path / "focus"
    november = {
        "BillingPeriodStart": "2026-11-01T00:00:00Z",
        "ChargePeriodStart": "2026-11-03T00:00:00Z",
        "ChargePeriodEnd": "2026-11-04T00:00:00Z",
    }
    marketplace = aws_row(
        usage_type="USE1-MP:USE1_OutputTokenCount-Units",
        ServiceName="Claude 3.5 Sonnet (Amazon Bedrock Edition)",
        x_ServiceCode="",
        ListCost="0",
        PricingUnit="Units",
        PricingQuantity="2",
        Tags=None,
        ResourceId="arn:aws:bedrock:us-east-1:2:application-inference-profile/"
        "customer-hooli-a1b2",
    )
    storage = aws_row(ServiceName="Amazon S3", x_ServiceCode="AmazonS3")
    storage["ServiceCategory"] = "Storage"
    write_aws_export(
        focus, [aws_row(), marketplace, storage, aws_row(ChargeCategory="Tax")]
    )
    write_csv(focus / "aws-1.2/november.csv", [aws_row("1.2", **november)])
    write_azure_export(
        focus,
        [
            azure_row(),
            azure_row(Tags='{"customer": "acme"}', EffectiveCost="4", ListCost="5"),
            azure_row(CommitmentDiscountStatus="Unused", EffectiveCost="2"),
        ],
    )
    write_csv(focus / "azure-1.2/november.csv", [azure_row("1.2", **november)])
    write_google_export(
        focus / "google/october.parquet",
        [
            google_row(
                x_Labels=[{"Key": "customer", "Value": "wonka"}],
                x_ProjectLabels=[{"Key": "team", "Value": "search"}],
                x_Project={"Id": "prj-search", "Name": "Search"},
                x_CurrencyConversionRate=0.8,
                BillingCurrency="CHF",
            ),
            google_row(
                ChargeDescription="Claude Opus 4.6 Output Tokens",
                ServiceName="Claude Opus 4.6",
                BillingCurrency="CHF",
                x_CurrencyConversionRate=0.8,
            ),
        ],
    )
    view = google_row(Tags='{"customer_id": "wonka"}', SubAccountId="prj-x")
    view["BillingAccountId"] = "view-account"
    write_csv(focus / "google-view/october.csv", [view])
    clouds = "aws,azure,gcp,focus"
    warehouse = load_and_build(warehouse_copy.parent, focus, clouds)
    names = cloud_unit_tests(warehouse, built_warehouse)
    assert len(names) > 1
    said = dbt(warehouse, "test", "--select", *names, LLM_COSTS_CLOUDS=clouds)
    assert f"{len(names)} unit tests" in said
    assert "WARN=0 ERROR=0" in said
    accounts = "('444444444444', '0A1B2C-3D4E5F-607182', 'view-account')"
    rows = query(
        warehouse,
        "select cloud_provider, invoice_month, service, model, token_type, "
        "usage_amount, customer_id, customer_attribution, team, sub_account_id, "
        "cost_in_billing_currency, list_cost_in_billing_currency, "
        "effective_cost_in_billing_currency, cost_usd, charge_category "
        f"from unified_costs where billing_account_id in {accounts} "
        "or billing_account_id like '%7654321' order by all",
    )
    nova = ("Amazon Bedrock", "nova-micro", "input")
    mini = ("Foundry Models", "gpt-5-mini", "input")
    flash = ("Vertex AI", "gemini-2.5-flash", "input")
    subscription = "9c0f1a7e-0000-4000-8000-000000000001"
    tagged, globex = ("acme", "tag"), ("globex", "resource group")

    def money(*amounts: str) -> tuple[Decimal, ...]:
        return tuple(Decimal(amount) for amount in amounts)

    aws = "222222222222"
    assert rows == [
        (
            *("AWS", "2026-10", "Amazon Bedrock", "claude-3-5-sonnet", "output"),
            *(2_000_000, "hooli", "profile", None, aws),
            *(*money("1.5", "1.5", "1.5", "1.5"), "Usage"),
        ),
        (
            *("AWS", "2026-10", *nova, 0, *tagged, "search", aws),
            *(*money("1.5", "1.5", "1.5", "1.5"), "Tax"),
        ),
        (
            *("AWS", "2026-10", *nova, 2_000_000, *tagged, "search", aws),
            *(*money("1.5", "1.5", "1.5", "1.5"), "Usage"),
        ),
        (
            *("AWS", "2026-11", *nova, 2_000_000, *tagged, "search", aws),
            *(*money("1.5", "1.5", "1.5", "1.5"), "Usage"),
        ),
        (
            *("Azure", "2026-10", *mini, 16_000_000, *tagged, "search", subscription),
            *(*money("3.6", "5", "4", "4"), "Usage"),
        ),
        (
            *("Azure", "2026-10", *mini, 16_000_000, *globex, "search", subscription),
            *(*money("7.2", "7.2", "5.6", "8"), "Usage"),
        ),
        (
            *("Azure", "2026-11", *mini, 16_000_000, *globex, "search", subscription),
            *(*money("3.6", "3.6", "3.6", "4"), "Usage"),
        ),
        (
            *("GCP", "2026-10", *flash, 2_000_000, "wonka", "label", "search"),
            *("prj-search", *money("0.6", "0.6", "0.6", "0.75"), "Usage"),
        ),
        (
            *("GCP", "2026-10", *flash, 2_000_000, "wonka", "label", None),
            *("prj-x", *money("0.6", "0.6", "0.6", "0.6"), "Usage"),
        ),
        (
            *("GCP", "2026-10", "Vertex AI Partner Models", "claude-opus-4-6"),
            *("output", 2_000_000, "unattributed", "unattributed", None, "prj-search"),
            *(*money("0.6", "0.6", "0.6", "0.75"), "Usage"),
        ),
    ]
    assert query(
        warehouse,
        "select service, charge_category, cost_usd, line_count from excluded_costs "
        "where billing_account_id = '444444444444'",
    ) == [("Amazon S3", "Usage", Decimal("1.5"), 1)]
    # Every bill is proved to the cent, and daily files tell of whole days.
    assert query(
        warehouse,
        "select count(*), bool_and(is_reconciled) from load_reconciliation "
        "where source = 'focus_costs'",
    ) == [(6, True)]
    assert query(
        warehouse,
        "select last_usage_date, last_complete_date from data_freshness "
        "where source = 'focus_costs' and billing_account_id = '444444444444'",
    ) == query(warehouse, "select date '2026-11-03', date '2026-11-03'")
    focus_only = query(
        warehouse,
        "select cloud_provider, sum(cost_usd) from unified_costs "
        f"where billing_account_id in {accounts} "
        "or billing_account_id like '%7654321' group by all",
    )
    after = sums(warehouse, "cloud_provider")
    for cloud, cost in focus_only:
        assert after[cloud,][0] - cost == before[cloud,][0]


def test_without_focus_nothing_of_it_is_built(
    built_warehouse: Path,
) -> None:
    """A view on tables that a target does not have breaks the build of all."""
    names = query(
        built_warehouse,
        "select table_name from information_schema.tables "
        "where table_name like '%focus%' and table_schema like 'multi_cloud%'",
    )
    assert {name for (name,) in names} == {
        "focus_costs",
        "int_focus_amounts",
        "int_focus_charges",
        "int_focus_periods",
        "focus_publishers",
        "focus_services",
    }
