"""The AWS bill comes in many forms of delivery, which are the same bill."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from aws_forms import EXPORT, FORMS, rename_export, write_form
from extract_bills import CUR_SCHEMA, cur_line, cur_lines, write_cur

import extract
from extract.files import Store
from extract.sources.aws_cur.columns import canonical_name
from extract.sources.aws_cur.layouts import find_layout
from extract.sources.aws_cur.manifests import find_files, read_manifest
from extract.sources.aws_cur.settings import REQUIRED

ROOT = Path(__file__).parents[2]
CUR2 = "cur2 snappy.parquet overwrite"
# Everything that models build on, except what a legacy report has not.
LANDED = (
    "select * exclude (load_id, source_file, line_item_iam_principal, "
    "line_item_usage_account_name, tags) "
    "replace (resource_tags::json::map(varchar, varchar) as resource_tags, "
    "coalesce(cost_category::json::map(varchar, varchar), map {}) as cost_category) "
    "from raw_aws.cur_line_items order by all"
)
TOTALS = "select * exclude (load_id) from raw_aws.cur_filtered_totals order by all"


def load(**options: Any) -> list[Any]:
    return extract.run(["aws_cur"], progress=False, **options)


def deliver_as(world: Any, bills: Path, form: str) -> None:
    shutil.rmtree(world.bucket)
    world.bucket.mkdir()
    write_form(bills, world.bucket, form)


def test_a_bill_lands_the_same_in_whatever_form_it_is_delivered(world, aws_bills):
    """Whoever has the older report, or CSV, would have to change his exports first."""
    deliver_as(world, aws_bills, CUR2)
    load()
    landed, totals = world.rows(LANDED), world.rows(TOTALS)
    assert landed
    assert totals
    for form in (form for form in FORMS if form != CUR2):
        deliver_as(world, aws_bills, form)
        results = load()
        found = [(r.billing_period, r.status, r.message) for r in results]
        assert found == [("2026-10", "loaded", ""), ("2026-11", "loaded", "")], form
        assert world.rows(LANDED) == landed, form
        assert world.rows(TOTALS) == totals, form
        assert {r.status for r in load()} == {"unchanged"}, form
        assert world.rows(
            "select distinct starts_with(source_file, 'exports/llm-costs/') "
            "from raw_aws.cur_line_items"
        ) == [(True,)], form


def test_of_several_deliveries_that_are_kept_the_last_one_counts(world, aws_bills):
    """Create-new leaves every delivery in the bucket, with a manifest of its own."""
    for form in ("legacy csv.gz create-new", "cur2 csv.gz create-new"):
        deliver_as(world, aws_bills, form)
        load()
        once = world.current_cost("raw_aws.cur_line_items", "line_item_unblended_cost")
        write_form(aws_bills, world.bucket, form, delivery=2)
        assert {r.status for r in load()} == {"loaded"}
        twice = world.current_cost("raw_aws.cur_line_items", "line_item_unblended_cost")
        assert once == twice


def test_headers_become_what_the_newer_report_calls_them():
    """One word taken for another would lose a column without a sound."""
    for header, name in (
        ("lineItem/UnblendedCost", "line_item_unblended_cost"),
        ("lineItem/LineItemType", "line_item_line_item_type"),
        ("bill/PayerAccountId", "bill_payer_account_id"),
        ("product/ProductName", "product_product_name"),
        ("product/productFamily", "product_product_family"),
        ("product/region", "product_region"),
        ("pricing/publicOnDemandCost", "pricing_public_on_demand_cost"),
        ("savingsPlan/SavingsPlanARN", "savings_plan_savings_plan_a_r_n"),
        ("resourceTags/user:CostCenter", "resource_tags_user_cost_center"),
        ("resourceTags/aws:createdBy", "resource_tags_aws_created_by"),
        ("costCategory/My Team", "cost_category_my_team"),
    ):
        assert canonical_name(header) == name


def test_the_real_manifest_of_a_legacy_report_is_understood(world):
    """What was made up for a test says nothing about what AWS writes."""
    manifest = json.loads(
        (ROOT / "tests/data/aws/legacy_manifest_2018.json").read_text()
    )
    (key,) = manifest["reportKeys"]
    prefix, name, _, _, _ = key.split("/")
    headers = [f"{c['category']}/{c['name']}" for c in manifest["columns"]]
    assert "lineItem/UnblendedCost" in headers
    names = [canonical_name(header) for header in headers]
    assert set(REQUIRED) <= set(names)
    store = Store(str(world.bucket), setting="bucket_url")
    path = world.bucket / prefix / name / key.split("/")[2] / f"{name}-Manifest.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(manifest))
    (world.bucket / key).parent.mkdir(parents=True)
    (world.bucket / key).write_bytes(b"x")
    layout = find_layout(store, prefix, name)
    (period,) = layout.periods
    files = find_files(store, layout, period, read_manifest(store, layout, period, []))
    assert [file.key for file in files.files] == [key]


def test_two_kinds_of_exports_at_one_place_are_refused(world, aws_bills):
    """Both tell the same bill, and which one is meant nobody has said."""
    write_form(aws_bills, world.bucket, CUR2)
    write_form(aws_bills, world.bucket, "legacy csv.gz overwrite")
    (result,) = load()
    assert result.status == "failed"
    assert "holds a Data Export (metadata/) and a legacy report" in result.message
    assert "delivered under another prefix" in result.message


def test_two_exports_of_one_payer_are_loaded_once(world, monkeypatch):
    """A legacy report beside CUR 2.0 shows every cost twice."""
    for month in ("2026-09", "2026-10"):
        write_cur(world.bucket, month, cur_lines())
    older = world.bucket.parent / "older"
    write_form(world.bucket, older, "legacy csv.gz overwrite")
    rename_export(older, "older")
    (older / "exports" / "older").rename(world.bucket / "exports" / "older")
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", "llm-costs, older")
    results = {result.unit: result for result in load()}
    assert {unit: result.status for unit, result in results.items()} == {
        "llm-costs/2026-09": "loaded",
        "llm-costs/2026-10": "loaded",
        "older/2026-09": "refused",
        "older/2026-10": "refused",
    }
    assert "is also in llm-costs/2026-09, which this run loads" in (
        results["older/2026-09"].message
    )
    # By force one takes the place of the other, and never beside it.
    for options in ({"force": True}, {}, {"full_refresh": True, "force": True}):
        load(**options)
        cost = world.current_cost("raw_aws.cur_line_items", "line_item_unblended_cost")
        assert cost == 20


def test_the_bills_of_two_payers_are_loaded_together(world, monkeypatch):
    """A company that was bought keeps a payer of its own for years."""
    write_cur(world.bucket, "2026-10", cur_lines())
    other = world.bucket.parent / "other"
    lines = [cur_line(n, bill_payer_account_id="999999999999") for n in range(4)]
    write_cur(other, "2026-10", lines)
    for path in other.rglob("*Manifest.json"):
        path.write_text(path.read_text().replace(EXPORT, "exports/bought"))
        path.rename(path.with_name("bought-Manifest.json"))
    (other / EXPORT).rename(world.bucket / "exports" / "bought")
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", "llm-costs,bought")
    assert [(r.status, r.rows) for r in load()] == [("loaded", 4), ("loaded", 10)]


def test_an_export_that_is_not_there_holds_up_no_other_payers(world, monkeypatch):
    """A new payer's export takes a day to come, and the others' costs stood still."""
    write_cur(world.bucket, "2026-10", cur_lines())
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", "bought,llm-costs")
    missing, there = load()
    assert (missing.unit, missing.status) == ("bought", "failed")
    assert "There is no export 'bought'" in missing.message
    assert (there.unit, there.status) == ("llm-costs/2026-10", "loaded")
    # What was loaded of an export that has gone is not told of beside it once more.
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", "llm-costs,bought")
    shutil.rmtree(world.bucket / EXPORT)
    assert [result.unit for result in load()] == ["bought", "llm-costs"]


@pytest.mark.parametrize("told", ["manifest", "files"])
def test_an_export_of_focus_is_sent_to_the_source_that_reads_it(world, told):
    """It has other columns, and would be called an export without costs."""
    lines = [{"BilledCost": 1.0, "ServiceName": "Amazon Bedrock"}]
    schema = pa.schema([("BilledCost", pa.float64()), ("ServiceName", pa.string())])
    write_cur(world.bucket, "2026-10", lines, schema=schema)
    if told == "manifest":
        (path,) = world.bucket.rglob("*Manifest.json")
        content = json.loads(path.read_text())
        content["columns"] = [{"name": "BilledCost"}, {"name": "ServiceName"}]
        path.write_text(json.dumps(content))
    (result,) = load()
    assert result.status == "failed"
    assert "FOCUS export, which the source focus_costs loads" in result.message
    assert "sources.focus_costs.export_url" in result.message


def test_a_manifest_without_a_list_is_made_up_for_where_nothing_else_can_be(world):
    """AWS publishes no schema of the manifest; the word for the list may change."""
    for run, status in (("", "loaded"), ("20261001T010000Z-aaaa", "failed")):
        shutil.rmtree(world.bucket)
        write_cur(world.bucket, "2026-10", cur_lines(), run=run, files=2)
        (path,) = world.bucket.rglob("*Manifest.json")
        content = json.loads(path.read_text())
        content["objects"] = content.pop("dataFiles")
        path.write_text(json.dumps(content))
        (result,) = load()
        assert result.status == status
    assert "has no list of files" in result.message


def test_what_a_line_is_dated_and_selected_by_does_not_depend_on_columns(world):
    """An export's owner leaves out what he does not know the use of."""
    schema = CUR_SCHEMA
    for name in ("bill_billing_entity", "line_item_resource_id", "product"):
        schema = schema.remove(schema.get_field_index(name))
    schema = schema.append(pa.field("line_item_of_next_year", pa.int64()))
    schema = schema.append(pa.field("product_product_name", pa.string()))
    claude = {
        "line_item_product_code": "4a524th30q694o538qndh9ucht",
        "product_product_name": "Claude 3.5 Sonnet (Amazon Bedrock Edition)",
    }
    lines = [*cur_lines(ai=9), cur_line(9, **claude)]
    write_cur(world.bucket, "2026-10", lines, schema=schema)
    assert [(r.status, r.rows) for r in load()] == [("loaded", 10)]
    assert world.rows(
        "select distinct bill_billing_period_start_date::text "
        "from raw_aws.cur_line_items"
    ) == [("2026-10-01 00:00:00",)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (pa.string(), "2026-10-05T02:00:00+02:00"),
        (pa.timestamp("ns", "Europe/Paris"), datetime(2026, 10, 5, tzinfo=UTC)),
        (pa.timestamp("ms"), datetime(2026, 10, 5, tzinfo=UTC)),
    ],
)
def test_accounts_keep_their_zeros_and_times_are_utc(world, kind, value):
    """Read as a number, the account 001234567890 is another one."""
    schema = CUR_SCHEMA
    for name, kind_ in (
        ("line_item_usage_account_id", pa.int64()),
        ("line_item_usage_start_date", kind),
    ):
        place = schema.get_field_index(name)
        schema = schema.set(place, pa.field(name, kind_))
    line = cur_line(
        line_item_usage_account_id=1234567890,
        line_item_usage_start_date=value,
    )
    write_cur(world.bucket, "2026-10", [line], schema=schema)
    load()
    assert world.rows(
        "select line_item_usage_account_id, line_item_usage_start_date::text "
        "from raw_aws.cur_line_items"
    ) == [("001234567890", "2026-10-05 00:00:00")]


def test_the_readme_shows_the_policy_that_is_shipped():
    """A policy that was copied from an older text lacks what is needed now."""
    folder = ROOT / "extract/sources/aws_cur"
    readme = (folder / "README.md").read_text()
    policy = (folder / "reader_policy.json").read_text()
    assert f"```json\n{policy}```" in readme
    for block in readme.split("<<'JSON'\n")[1:]:
        json.loads(block.partition("\nJSON\n")[0])
