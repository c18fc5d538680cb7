"""FOCUS files are loaded whole, whoever wrote them, but not beside the native bill."""

from __future__ import annotations

import csv
import gzip
import shutil
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from extract_bills import (
    GCP_ACCOUNT,
    SCOPE,
    cur_line,
    gcp_row,
    write_azure,
    write_cur,
    write_gcp,
)
from extract_bills import (
    azure_row as native_azure_row,
)
from focus_bills import (
    BILLING_ACCOUNT,
    GOOGLE_ACCOUNT,
    PAYER,
    aws_row,
    azure_row,
    csv_text,
    focus_row,
    google_row,
    write_aws_export,
    write_azure_export,
    write_csv,
    write_google_export,
)
from moto.server import ThreadedMotoServer

import extract
from extract.doctor import examine
from extract.unread import held_back

ROWS = "raw_focus.cost_rows"
TOTALS = "raw_focus.filtered_totals"
DATA = Path(__file__).resolve().parents[1] / "data" / "focus"
NANO = Decimal("0.000000001")
S3_ROW = {"ServiceName": "Amazon Simple Storage Service", "ServiceCategory": "Storage"}


def load(*sources: str, **options: Any) -> list[Any]:
    return extract.run(sources or ["focus_costs"], progress=False, **options)


def statuses(results: list[Any]) -> dict[str, str]:
    return {result.unit: result.status for result in results}


def whole_cost(world: Any) -> Any:
    return (world.current_cost(ROWS, "billed_cost") or 0) + (
        world.current_cost(TOTALS, "billed_cost") or 0
    )


def costs_in(path: Path) -> dict[str, Decimal]:
    """Add up a file's costs by provider, without any of our own code."""
    costs: dict[str, Decimal] = {}
    with gzip.open(path, "rt", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            cost = Decimal(row["BilledCost"]).quantize(NANO, ROUND_HALF_UP)
            costs[row["ProviderName"]] = costs.get(row["ProviderName"], 0) + cost
    return costs


# --- What is read -------------------------------------------------------------------


def test_the_three_clouds_layouts_are_read_side_by_side(world):
    """A layout that is not known would leave a cloud out without a word."""
    write_aws_export(
        world.focus, [aws_row(), aws_row(x_ServiceCode="AmazonS3", **S3_ROW)]
    )
    write_azure_export(world.focus, [azure_row()])
    labels = [{"Key": "customer", "Value": "acme"}]
    google = google_row(x_Labels=labels, x_Project={"Id": "prj-search", "Name": "S"})
    write_google_export(world.focus / "google/shard-000.parquet", [google])
    assert statuses(load()) == {
        f"AWS/{PAYER}/2026-10": "loaded",
        f"Azure/{BILLING_ACCOUNT.lstrip('/')}/2026-10": "loaded",
        f"GCP/{GOOGLE_ACCOUNT}/2026-10": "loaded",
    }
    assert world.rows(
        f"select provider_name, focus_version, x_usage_type, x_sku_meter_name, tags, "
        f"x_labels, x_project, billed_cost from {ROWS} order by 1"
    ) == [
        (
            *("AWS", "1.0", "USE1-NovaMicro-input-token-count", None),
            *('{"user:customer": "acme", "user:team": "search"}', None, None),
            Decimal("1.500000000"),
        ),
        (
            *("Google Cloud", "1.0", None, None, None, '{"customer":"acme"}'),
            *("prj-search", Decimal("0.600000000")),
        ),
        (
            *("Microsoft", "1.0", None, "GPT 5 Mini Inpt Glbl 1M Tokens", None, None),
            *(None, Decimal("3.600000000")),
        ),
    ]
    assert world.rows(
        f"select service_name, line_count, billed_cost from {TOTALS}"
    ) == [("Amazon Simple Storage Service", 1, Decimal("1.5"))]
    assert set(statuses(load()).values()) == {"unchanged"}


@pytest.mark.parametrize(
    ("row", "version"),
    [
        (aws_row("1.0"), "1.0"),
        (aws_row("1.2"), "1.2"),
        (azure_row("1.0"), "1.0"),
        (azure_row("1.2"), "1.2"),
        (google_row(PricingCurrency="USD"), "1.2"),
    ],
)
def test_the_version_is_told_by_the_columns(world, row, version):
    """AWS's usage type is in another column in 1.2, so the wrong one is no SKU."""
    write_csv(world.focus / "october.csv", [row])
    load()
    assert world.rows(f"select focus_version from {ROWS}") == [(version,)]


def test_the_official_sample_adds_up_and_names_the_provider_that_it_cannot_read(
    world, monkeypatch
):
    """Real rows: costs to 11 decimals, the word NULL, and an unknown provider."""
    shutil.copy(DATA / "focus_sample_1_0.csv.gz", world.focus)
    results = load()
    assert statuses(results) == {
        "AWS/1234567890123/2024-09": "loaded",
        "Azure/providers/Microsoft.Billing/billingAccounts/8611537/2024-09": "loaded",
        "Oracle/20209880/2024-09": "failed",
        "Oracle/20209880/2024-10": "failed",
    }
    messages = [result.message for result in results if result.status == "failed"]
    assert all("has ProviderName 'Oracle'" in message for message in messages)
    assert all("ignored_providers" in message for message in messages)
    # All of AWS and Microsoft; the nine AI rows in detail, the rest as totals.
    true = costs_in(DATA / "focus_sample_1_0.csv.gz")
    assert world.rows(
        "select cloud_provider, sum(landed_rows), sum(filtered_rows), sum(cost_total) "
        "from raw_ops.load_ledger group by 1 order by 1"
    ) == [("AWS", 0, 942, true["AWS"]), ("Azure", 9, 42, true["Microsoft"])]
    monkeypatch.setenv("SOURCES__FOCUS_COSTS__IGNORED_PROVIDERS", '["oracle"]')
    assert set(statuses(load()).values()) == {"unchanged"}


def test_awss_layout_is_read_by_its_manifest(world, monkeypatch):
    """Old runs lie beside the newest; reading the folder would count both."""
    copy = world.focus / "bucket"
    shutil.copytree(DATA / "aws_export", copy)
    stale = next(copy.rglob("costroid-demo-00002.csv.gz"))
    shutil.copy(stale, stale.with_name("costroid-demo-00003.csv.gz"))
    load()
    listed = list((DATA / "aws_export").rglob("*.csv.gz"))
    assert len(listed) == 3
    assert whole_cost(world) == sum(costs_in(path)["AWS"] for path in listed)
    restated = DATA / "aws_export_restated"
    shutil.copytree(restated, copy, dirs_exist_ok=True)
    assert statuses(load()) == {
        "AWS/999999999999/2026-05": "unchanged",
        "AWS/999999999999/2026-06": "loaded",
    }
    june = world.rows(
        f"select sum(billed_cost) from {TOTALS} where billing_period = '2026-06'"
    )
    (anew,) = restated.rglob("*.csv.gz")
    assert june == [(costs_in(anew)["AWS"],)]


def test_azures_layout_is_read_by_its_newest_manifest(world):
    """Every run of an export that creates new files is the whole month again."""
    write_azure_export(world.focus, [azure_row()], run="01")
    write_azure_export(world.focus, [azure_row(BilledCost="4.0")], run="02")
    load()
    assert whole_cost(world) == 4
    write_azure_export(world.focus, [azure_row(BilledCost="5.0")], run="03")
    assert set(statuses(load()).values()) == {"loaded"}
    assert whole_cost(world) == 5


def test_files_in_a_bucket_are_read_as_on_disk(world, monkeypatch):
    """A path that only works on disk would fail at the first real bill."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    path = write_aws_export(world.focus, [aws_row()])
    server = ThreadedMotoServer(port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        client = boto3.client("s3", endpoint_url=endpoint)
        client.create_bucket(Bucket="company-billing")
        for file in [f for f in world.focus.rglob("*") if f.is_file()]:
            key = str(file.relative_to(world.focus))
            client.upload_file(str(file), "company-billing", key)
        monkeypatch.setenv("SOURCES__FOCUS_COSTS__ENDPOINT_URL", endpoint)
        monkeypatch.setenv(
            "SOURCES__FOCUS_COSTS__EXPORT_URL", "s3://company-billing/focus"
        )
        assert statuses(load()) == {f"AWS/{PAYER}/2026-10": "loaded"}
    finally:
        server.stop()
    assert world.rows(f"select source_file, billed_cost from {ROWS}") == [
        (str(path.relative_to(world.focus / "focus")), Decimal("1.5"))
    ]


def test_columns_are_found_however_they_are_spelled(world):
    """Athena writes names in lower case, dbt with underscores."""
    row = {name.lower(): value for name, value in aws_row().items()}
    row["billed_cost"] = row.pop("billedcost")
    write_csv(world.focus / "october.csv", [row])
    load()
    assert whole_cost(world) == Decimal("1.5")


def test_times_with_an_offset_and_costs_with_an_exponent_keep_their_value(world):
    """An offset that is dropped moves a charge to another day."""
    start = "2026-10-05T23:30:00-07:00"
    row = aws_row(ChargePeriodStart=start, BilledCost="1.2345E-5")
    write_csv(world.focus / "october.csv", [row])
    load()
    assert world.rows(
        f"select cast(charge_period_start as varchar), billed_cost from {ROWS}"
    ) == [("2026-10-06 06:30:00", Decimal("0.000012345"))]


def test_a_bill_in_two_currencies_is_added_up_in_each(world):
    """Euros added to dollars are nothing."""
    rows = [aws_row(), aws_row(BillingCurrency="EUR", BilledCost="7")]
    write_csv(world.focus / "october.csv", rows)
    load()
    assert world.rows(
        "select currency, cost_total from raw_ops.load_ledger order by 1"
    ) == [("EUR", Decimal(7)), ("USD", Decimal("1.5"))]


def test_several_accounts_and_months_in_one_file_are_bills_of_their_own(world):
    """A month that is restated must not take the others along."""
    september = {"BillingPeriodStart": "2026-09-01T00:00:00Z"}
    rows = [aws_row(), aws_row(**september), aws_row(BillingAccountId="555555555555")]
    write_csv(world.focus / "all.csv", rows)
    assert set(statuses(load())) == {
        f"AWS/{PAYER}/2026-09",
        f"AWS/{PAYER}/2026-10",
        "AWS/555555555555/2026-10",
    }
    assert whole_cost(world) == Decimal("4.5")


def test_only_named_services_are_landed_in_detail(world, monkeypatch):
    """Detail of every service would be the whole bill; none would be no models."""
    marketplace = {
        "ServiceName": "Claude 3.5 Sonnet (Amazon Bedrock Edition)",
        "ServiceCategory": "Other",
        "x_ServiceCode": "",
    }
    arn = "arn:aws:bedrock:us-east-1:1:inference-profile/x"
    rows = [
        aws_row(**marketplace),
        aws_row(ServiceName="Support", ServiceCategory="Other", ResourceId=arn),
        aws_row(ServiceName="Amazon Comprehend", x_ServiceCode="comprehend"),
        google_row(ServiceName="Claude Opus 4.6"),
        google_row(ServiceName="Compute Engine"),
        azure_row(ServiceName="Other", ServiceCategory="Other"),
        azure_row(
            ServiceName="Storage",
            ServiceCategory="Storage",
            x_SkuMeterCategory="Storage",
        ),
    ]
    write_csv(world.focus / "october.csv", rows)
    load()
    assert {name for (name,) in world.rows(f"select service_name from {ROWS}")} == {
        "Claude 3.5 Sonnet (Amazon Bedrock Edition)",
        "Support",
        "Amazon Comprehend",
        "Claude Opus 4.6",
        "Other",
    }
    before = whole_cost(world)
    monkeypatch.setenv("SOURCES__FOCUS_COSTS__SERVICE_CATEGORIES", "[]")
    assert set(statuses(load()).values()) == {"loaded"}
    assert world.rows(
        f"select count(*) from {ROWS} where service_name = 'Amazon Comprehend'"
    ) == [(0,)]
    assert whole_cost(world) == before


# --- Off unless it is wanted --------------------------------------------------------


def test_it_is_loaded_only_where_it_is_named(world, monkeypatch):
    """A fourth bill that nobody asked for fails every morning."""
    write_cur(world.bucket, "2026-10", [cur_line()])
    write_azure(world.azure, "2026-10", [native_azure_row()])
    write_gcp(world.gcp, "202610", [gcp_row()])
    write_csv(world.focus / "october.csv", [aws_row()])
    by_default = extract.run(progress=False)
    assert {r.source for r in by_default} == {"aws_cur", "azure_costs", "gcp_billing"}
    monkeypatch.setenv("LLM_COSTS_CLOUDS", "gcp,focus")
    assert [r.source for r in extract.run(progress=False)] == [
        "gcp_billing",
        "focus_costs",
    ]
    monkeypatch.setenv("LLM_COSTS_CLOUDS", "oracle")
    with pytest.raises(
        extract.ExtractError,
        match=r"there is no cloud .oracle.: name at least one of aws",
    ):
        extract.run(progress=False)


def test_without_an_address_it_says_which_setting_is_missing(world, monkeypatch):
    """An error about a field of a class helps nobody."""
    monkeypatch.delenv("SOURCES__FOCUS_COSTS__EXPORT_URL")
    (result,) = load()
    assert result.status == "failed"
    assert "Set SOURCES__FOCUS_COSTS__EXPORT_URL" in result.message
    assert "take focus out of LLM_COSTS_CLOUDS" in result.message


# --- One bill, one source -----------------------------------------------------------

NATIVE = {
    "aws_cur": (
        lambda world: write_cur(
            world.bucket, "2026-10", [cur_line(1, 9.0, bill_payer_account_id=PAYER)]
        ),
        aws_row(),
        "llm-costs/2026-10",
        f"AWS/{PAYER}/2026-10",
    ),
    "azure_costs": (
        lambda world: write_azure(world.azure, "2026-10", [native_azure_row(1, 9.0)]),
        azure_row(SubAccountId=f"/{SCOPE}"),
        f"{SCOPE}/2026-10",
        f"Azure/{BILLING_ACCOUNT.lstrip('/')}/2026-10",
    ),
    "gcp_billing": (
        lambda world: write_gcp(world.gcp, "202610", [gcp_row(1, 9.75)]),
        google_row(BillingAccountId=GCP_ACCOUNT),
        f"{GCP_ACCOUNT}/2026-10",
        f"GCP/{GCP_ACCOUNT}/2026-10",
    ),
}


@pytest.mark.parametrize("focus_first", [True, False])
@pytest.mark.parametrize("native", list(NATIVE))
def test_a_bill_is_never_loaded_natively_and_as_focus(world, native, focus_first):
    """Both are the same dollars, and every chart would show them twice."""
    write_native, row, native_unit, focus_unit = NATIVE[native]
    write_native(world)
    write_csv(world.focus / "october.csv", [row])
    both = {native: native_unit, "focus_costs": focus_unit}
    first, second = sorted(
        both, key=lambda name: (name == "focus_costs") != focus_first
    )
    assert [r.status for r in load(first)] == ["loaded"]
    (refused,) = load(second)
    assert refused.status == "refused"
    assert f"{second} {both[second]}" in refused.message
    assert f"already loaded as {first} {both[first]}" in refused.message
    assert f"dlt pipeline {second} run --period 2026-10 --force" in refused.message
    # Forced, one takes the place of the other, which is seen nowhere any more.
    assert [r.status for r in load(second, force=True)] == ["loaded"]
    tables = ("aws.cur_line_items", "azure.cost_rows", "gcp.billing_rows")
    counts = [world.rows(f"select count(*) from raw_{t}")[0][0] for t in tables]
    assert (sum(counts), world.rows(f"select count(*) from {ROWS}")[0][0]) == (
        (1, 0) if focus_first else (0, 1)
    )
    assert world.rows(
        "select source, unit from raw_ops.load_ledger where version = 'retired'"
    ) == [(first, both[first])]
    assert [r.status for r in load(first)] == ["refused"]


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("subscriptions/00000000-0000-0000-0000-000000000001", "refused"),
        (
            "subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/a",
            "refused",
        ),
        ("providers/Microsoft.Billing/billingAccounts/7654321", "refused"),
        ("providers/Microsoft.Management/managementGroups/all", "refused"),
        ("subscriptions/00000000-0000-0000-0000-000000000002", "loaded"),
        ("providers/Microsoft.Billing/billingAccounts/76543", "loaded"),
    ],
)
def test_scopes_of_azure_are_compared_by_what_they_hold(world, scope, status):
    """Azure's API calls by scope what FOCUS calls by subscription and account."""
    write_azure(world.azure, "2026-10", [native_azure_row()])
    load("azure_costs")
    # Recorded answers are of one subscription only, so another scope is written down,
    # and where it does not hold that one, its rows are of another.
    with duckdb.connect(str(world.warehouse)) as connection:
        connection.execute(
            "update raw_ops.load_ledger set billing_account_id = ?", [scope]
        )
        if status == "loaded":
            for table in ("cost_rows", "filtered_totals"):
                connection.execute(
                    f"update raw_azure.{table} set subscription_id = 'another'"
                )
    write_csv(world.focus / "october.csv", [azure_row(SubAccountId=f"/{SCOPE}")])
    assert [r.status for r in load()] == [status]


def test_other_months_and_accounts_may_come_from_another_source(world):
    """Companies move to FOCUS from one month on, and account by account."""
    write_cur(world.bucket, "2026-10", [cur_line(bill_payer_account_id=PAYER)])
    load("aws_cur")
    november = aws_row(
        BillingPeriodStart="2026-11-01T00:00:00Z",
        ChargePeriodStart="2026-11-02T00:00:00Z",
    )
    rows = [november, aws_row(BillingAccountId="555555555555")]
    write_csv(world.focus / "some.csv", rows)
    assert set(statuses(load()).values()) == {"loaded"}


def test_two_exports_of_one_bill_are_refused_and_parts_of_one_are_added(world):
    """Two folders may be two subscriptions of a bill, or the bill twice."""
    write_csv(world.focus / "a/october.csv", [azure_row()])
    other = azure_row(SubAccountId="/subscriptions/other", BilledCost="1")
    write_csv(world.focus / "b/october.csv", [other])
    assert set(statuses(load()).values()) == {"loaded"}
    assert whole_cost(world) == Decimal("4.6")
    write_csv(world.focus / "c/october.csv", [azure_row()])
    (result,) = load()
    assert result.status == "failed"
    assert f"{world.focus}/a and file://{world.focus}/c both hold" in result.message
    assert whole_cost(world) == Decimal("4.6")


def test_one_bill_in_two_formats_in_one_folder_is_refused(world):
    """`llm-costs export focus` can write both, beside each other."""
    write_csv(world.focus / "october.csv", [aws_row()])
    load()
    write_google_export(world.focus / "october.parquet", [aws_row()])
    (result,) = load()
    assert "holds the same bill as CSV, Parquet files" in result.message
    (world.focus / "october.parquet").unlink()
    write_csv(world.focus / "october-1.2.csv", [aws_row("1.2")])
    (result,) = load()
    assert "holds the same bill as 1.0 and 1.2 files" in result.message
    assert whole_cost(world) == Decimal("1.5")


# --- Wrong input --------------------------------------------------------------------

BROKEN = {
    "a column that must be there": (
        [{k: v for k, v in aws_row().items() if k != "EffectiveCost"}],
        "october.csv has no column EffectiveCost",
    ),
    "no provider's column": (
        [{k: v for k, v in aws_row().items() if k != "ProviderName"}],
        "october.csv has no column ProviderName",
    ),
    "a line of no account": (
        [aws_row(), aws_row(BillingAccountId=None)],
        "BillingAccountId is null in 1 lines of",
    ),
    "a line without a cost": (
        [aws_row(), aws_row(BilledCost=None)],
        "billed_cost is null in 1 lines of",
    ),
    "a cost that is no number": (
        [aws_row(BilledCost="1,5")],
        "column billed_cost of",
    ),
    "a day that is none": (
        [aws_row(ChargePeriodStart="10/05/2026")],
        "column charge_period_start of",
    ),
}


@pytest.mark.parametrize("what", list(BROKEN))
def test_what_is_wrong_in_a_file_is_named_and_the_last_state_stays(world, what):
    """A bill that is half right is wrong, and nobody sees which half."""
    rows, message = BROKEN[what]
    path = write_csv(world.focus / "october.csv", [aws_row()])
    load()
    write_csv(path, rows)
    results = load()
    assert [result.status for result in results] == ["failed"]
    assert message in results[0].message
    assert "october.csv" in results[0].message
    assert whole_cost(world) == Decimal("1.5")


def test_a_file_of_another_month_is_refused(world):
    """A copy in the wrong folder would replace a month by another."""
    september = aws_row(BillingPeriodStart="2026-09-01T00:00:00Z")
    write_aws_export(world.focus, [september])
    (result,) = load()
    assert result.status == "failed"
    assert "has charges of 2026-09, but its folder is that of 2026-10" in result.message
    shutil.rmtree(world.focus / "focus")
    write_csv(world.focus / "billing_period=2026-10/x.csv", [september])
    (result,) = load()
    assert "has charges of 2026-09" in result.message


@pytest.mark.parametrize("name", ["october.csv.gz", "october.parquet", "october.csv"])
def test_a_half_written_file_is_refused(world, name):
    """The first half of a bill looks like a saving."""
    rows = [aws_row(ChargeDescription=f"line {n}") for n in range(50)]
    path = world.focus / name
    if name.endswith(".parquet"):
        write_google_export(path, rows)
    else:
        write_csv(path, rows)
    load()
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    (result,) = load()
    assert result.status == "failed"
    assert name in result.message
    assert whole_cost(world) == 75


def test_a_file_shorter_than_its_manifest_says_is_refused(world):
    """A plain CSV that ends between two lines cannot be told from a whole one."""
    part = write_azure_export(world.focus, [azure_row(), azure_row()])
    load()
    part.write_bytes(csv_text([azure_row()]).encode("utf-8-sig"))
    (result,) = load()
    assert "that the manifest" in result.message
    assert "it was cut off on its way" in result.message
    assert whole_cost(world) == Decimal("7.2")


def test_a_broken_folder_holds_back_what_may_be_part_of_its_bill(world):
    """Half of an account's subscriptions must not be published as the whole."""
    write_csv(world.focus / "a/october.csv", [azure_row()])
    other = azure_row(SubAccountId="/subscriptions/other", BilledCost="1")
    part = write_csv(world.focus / "b/october.csv", [other])
    load()
    part.write_text("BilledCost\n1\n")
    results = load()
    unit = f"Azure/{BILLING_ACCOUNT.lstrip('/')}/2026-10"
    assert statuses(results) == {"b": "failed", unit: "failed"}
    (held,) = (result.message for result in results if result.unit == unit)
    assert held.endswith(held_back(f"file://{world.focus}/b"))
    assert whole_cost(world) == Decimal("4.6")
    bills, *files = [x for x in examine(["focus_costs"]) if x.subject == "focus_costs"]
    assert bills.detail == "1 bills, 2026-10 to 2026-10"
    assert {check.status for check in files} == {"problem"}
    assert any(f"{part} has no column" in check.detail for check in files)


def test_a_bill_that_is_half_listed_by_a_manifest_is_refused(world):
    """Either half would be loaded as the whole while the other cannot be read."""
    write_azure_export(world.focus, [azure_row()])
    other = azure_row(SubAccountId="/subscriptions/other", BilledCost="1")
    path = write_csv(world.focus / "b/october.csv", [other])
    (result,) = load()
    assert result.status == "failed"
    assert "some with a manifest and some without" in result.message
    path.unlink()
    assert {result.status for result in load()} == {"loaded"}


def test_a_bill_that_lost_most_of_its_lines_is_refused(world):
    """The guards of the other sources hold here, too."""
    path = write_csv(world.focus / "october.csv", [aws_row() for _ in range(10)])
    load()
    write_csv(path, [aws_row() for _ in range(3)])
    (result,) = load()
    assert result.status == "refused"
    assert "now has 3 lines of AI services, before it had 10" in result.message
    path.unlink()
    write_csv(world.focus / "x.csv", [focus_row(BillingAccountId="5")])
    assert statuses(load()) == {
        "AWS/5/2026-10": "loaded",
        f"AWS/{PAYER}/2026-10": "refused",
    }
    assert whole_cost(world) == Decimal("16.5")


def test_tags_that_are_no_json_do_not_stop_the_bill(world):
    """Microsoft's older files write tags without the braces."""
    rows = [azure_row(Tags='"customer": "acme"'), azure_row(Tags="customer=acme")]
    write_csv(world.focus / "october.csv", rows)
    load()
    assert world.rows(f"select tags from {ROWS} order by 1") == [
        ('{"customer": "acme"}',),
        (None,),
    ]


def test_maps_of_parquet_become_json(world):
    """AWS delivers tags as a map, which not every warehouse has."""
    rows = [aws_row(Tags=[("user:customer", "acme")])]
    path = world.focus / "october.parquet"
    table = pq.read_table(write_google_export(path, [aws_row(Tags=None)]))
    position = table.column_names.index("Tags")
    kind = pa.map_(pa.string(), pa.string())
    pq.write_table(
        table.set_column(position, "Tags", pa.array([rows[0]["Tags"]], kind)), path
    )
    load()
    assert world.rows(f"select tags from {ROWS}") == [('{"user:customer":"acme"}',)]
