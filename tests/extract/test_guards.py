"""Bills that are loaded twice, have gone or are empty are refused until forced."""

from __future__ import annotations

import shutil
from decimal import Decimal
from typing import Any

import pytest
from extract_bills import (
    CUR_SCHEMA,
    EXPORT,
    GCP_ACCOUNT,
    cur_line,
    cur_lines,
    gcp_row,
    write_cur,
    write_gcp,
)

import extract
from extract import warehouse
from extract.guards import holders
from extract.ledger import entry_of
from extract.units import Delivery, Load, Unit

LINES = "raw_aws.cur_line_items"
COST = "line_item_unblended_cost"


def load(source: str = "aws_cur", **options: Any) -> list[Any]:
    return extract.run([source], progress=False, **options)


def rename(world: Any, monkeypatch: Any, name: str = "costs-2") -> None:
    """Deliver the same bills under another export's name."""
    new = world.bucket / "exports" / name
    shutil.copytree(world.bucket / EXPORT, new)
    for path in new.rglob("llm-costs-Manifest.json"):
        text = path.read_text().replace(EXPORT, f"exports/{name}")
        path.with_name(f"{name}-Manifest.json").write_text(text)
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", name)


def test_a_renamed_export_does_not_count_its_bills_twice(world, monkeypatch):
    """The units of the old name stay current, and every cost shows double."""
    write_cur(world.bucket, "2026-09", cur_lines(ai=4))
    write_cur(world.bucket, "2026-10", cur_lines(ai=10))
    load()
    rename(world, monkeypatch)
    results = load()
    assert [result.status for result in results] == ["refused", "refused"]
    assert "costs-2/2026-09: the bill of account 111111111111" in results[0].message
    assert "is already loaded as llm-costs/2026-09" in results[0].message
    assert "run --period 2026-09 --force" in results[0].message
    assert world.current_cost(LINES, COST) == 14
    published = []
    original = warehouse.Warehouse.publish

    def count(self: warehouse.Warehouse, rows: Any) -> None:
        published.append(len(rows))
        original(self, rows)

    monkeypatch.setattr(warehouse.Warehouse, "publish", count)
    assert {result.status for result in load(force=True)} == {"loaded"}
    assert published == [4]
    assert world.current_cost(LINES, COST) == 14
    assert world.rows(
        "select unit, version, cost_total from raw_ops.load_ledger "
        "where version = 'retired' order by unit"
    ) == [(f"llm-costs/2026-{month}", "retired", Decimal(0)) for month in ("09", "10")]
    assert {result.status for result in load()} == {"unchanged"}
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", "llm-costs")
    assert {result.status for result in load()} == {"refused"}
    assert world.current_cost(LINES, COST) == 14


def test_the_export_of_another_account_is_another_bill(world, monkeypatch):
    """Two payers may be loaded into one warehouse, one after the other."""
    write_cur(world.bucket, "2026-10", cur_lines())
    load()
    shutil.rmtree(world.bucket / EXPORT)
    line = cur_line(1, bill_payer_account_id="999999999999")
    write_cur(world.bucket, "2026-10", [line])
    rename(world, monkeypatch)
    assert [result.status for result in load()] == ["loaded"]
    assert world.current_cost(LINES, COST) == 11


@pytest.mark.parametrize("unnamed", ["llm-costs", "second"])
def test_an_export_that_does_not_tell_its_payer_may_be_anybodys(
    world, monkeypatch, unnamed
):
    """Two exports of one payer were loaded side by side, if one lacked his account."""
    other = world.bucket.parent / "second"
    place = CUR_SCHEMA.get_field_index("bill_payer_account_id")
    for bucket, name in ((world.bucket, "llm-costs"), (other, "second")):
        schema = CUR_SCHEMA.remove(place) if name == unnamed else CUR_SCHEMA
        write_cur(bucket, "2026-10", cur_lines(), schema=schema)
    for path in other.rglob("*Manifest.json"):
        path.write_text(path.read_text().replace(EXPORT, "exports/second"))
        path.rename(path.with_name("second-Manifest.json"))
    (other / EXPORT).rename(world.bucket / "exports" / "second")
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", "llm-costs,second")
    first, second = load()
    assert (first.status, second.status) == ("loaded", "refused")
    assert (
        f"Whose bill {unnamed}/2026-10 is, no line says: add bill_payer_account_id"
    ) in second.message
    assert world.current_cost(LINES, COST) == 10
    # Another run, in which the first one stands already, comes to the same.
    first, second = load()
    assert (first.status, second.status) == ("unchanged", "refused")
    assert "already loaded as llm-costs/2026-10" in second.message


def test_a_bill_without_an_account_is_held_by_any_source_of_its_cloud():
    """FOCUS files of AWS were loaded beside a report that lacked its payer."""

    def unit(source: str, cloud: str, account: str = "") -> Unit:
        return Unit(
            source=source,
            cloud_provider=cloud,
            name=source,
            billing_period="2026-10",
            billing_account_id=account,
        )

    def load_of(found: Unit) -> Load:
        delivery = Delivery(
            unit=found, version="", location="", files=1, weight=1, content=None
        )
        made = Load(delivery=delivery)
        made.measure("USD").landed_rows = 1
        return made

    report = load_of(unit("aws_cur", "AWS"))
    for cloud, is_held in (("AWS", True), ("Azure", False)):
        focus = load_of(unit("focus_costs", cloud, "111111111111"))
        assert bool(holders(focus, [entry_of(report)])) == is_held
        assert bool(holders(report, [entry_of(focus)])) == is_held


def test_a_period_that_has_gone_is_said_and_keeps_its_rows(world, monkeypatch):
    """A folder deleted by mistake ended with exit code 0 and stale costs."""
    for month in ("2026-07", "2026-09", "2026-10"):
        write_cur(world.bucket, month, cur_lines())
    load()
    metadata = world.bucket / EXPORT / "metadata"
    shutil.rmtree(metadata / "BILLING_PERIOD=2026-09")
    *others, gone = load()
    assert {result.status for result in others} == {"unchanged"}
    assert (gone.billing_period, gone.status, gone.rows) == ("2026-09", "refused", 10)
    assert "llm-costs/2026-09: the provider no longer has" in gone.message
    assert "15 lines loaded before stay" in gone.message
    assert "dlt pipeline aws_cur run --force" in gone.message
    assert "close the month: LLM_COSTS_CLOSED_THROUGH=2026-09" in gone.message
    assert not any(result.is_failure for result in load(force=True))
    assert not any(result.is_failure for result in load(periods=["2026-10"]))
    monkeypatch.setenv("LLM_COSTS_CLOSED_THROUGH", "2026-09")
    assert not any(result.is_failure for result in load())
    assert world.current_cost(LINES, COST) == 30


def test_a_period_that_went_long_ago_is_not_spoken_of(world):
    """Buckets are emptied by age; a warning on every run is soon not read."""
    for month in ("2026-06", "2026-08", "2026-09", "2026-10"):
        write_cur(world.bucket, month, cur_lines())
    load()
    shutil.rmtree(world.bucket / EXPORT / "metadata/BILLING_PERIOD=2026-06")
    assert {result.status for result in load()} == {"unchanged"}


def test_a_gcp_month_without_files_is_refused_and_an_account_that_left_is_said(world):
    """A month of no files was loaded as a month of no costs."""
    write_gcp(world.gcp, "202610", [gcp_row()])
    (world.gcp / GCP_ACCOUNT / "invoice_month=202611").mkdir()
    results = load("gcp_billing")
    assert [result.status for result in results] == ["loaded", "refused"]
    assert "invoice_month=202611 is an empty period" in results[1].message
    assert "dlt pipeline gcp_billing run --period 2026-11 --force" in (
        results[1].message
    )
    forced = load("gcp_billing", periods=["2026-11"], force=True)
    assert [result.status for result in forced] == ["loaded"]
    (world.gcp / GCP_ACCOUNT).rename(world.gcp / "000000-000000-000000")
    found = {result.unit: result.status for result in load("gcp_billing")}
    assert found[f"{GCP_ACCOUNT}/2026-10"] == "refused"
