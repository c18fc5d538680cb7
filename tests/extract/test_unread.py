"""A file that cannot be read holds back the months that it may be of, and no others."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from azure_exports import SCOPE, write_export
from extract_bills import GCP_ACCOUNT, azure_row, gcp_row, write_gcp

import extract
from extract.doctor import examine
from extract.unread import held_back

if TYPE_CHECKING:
    from pathlib import Path

COST = """
    select unit, cost_total from raw_ops.load_ledger as x
    where loaded_at = (
        select max(loaded_at) from raw_ops.load_ledger as y where x.unit = y.unit
    )
    order by unit
"""
BEYOND = "00000000-0000-0000-0000-000000000002"


def load(source: str, **options: Any) -> dict[str, tuple[str, str]]:
    """Return what became of each unit, and what was said of it."""
    results = extract.run([source], progress=False, **options)
    return {result.unit: (result.status, result.message) for result in results}


def problems(source: str) -> list[str]:
    return [x.detail for x in examine([source]) if x.status == "problem"]


@pytest.fixture
def portal(world, monkeypatch) -> Path:
    """Give the folder of Azure's exports."""
    folder = world.bucket.parent / "exports"
    folder.mkdir()
    monkeypatch.setenv("SOURCES__AZURE_COSTS__EXPORT_URL", f"file://{folder}")
    monkeypatch.delenv("SOURCES__AZURE_COSTS__BASE_URL")
    return folder


def download(folder: Path, name: str, cost: float, **values: Any) -> Path:
    """Write a month out of the portal: ten lines, whose month no folder tells."""
    day = values.pop("UsageDate", 20261001)
    lines = [azure_row(n, cost, UsageDate=day + n, **values) for n in range(10)]
    scratch = folder.parent / "scratch"
    (path,) = write_export(scratch, f"{str(day)[:4]}-10", lines, way="no manifest")
    place = folder / f"{name}.csv"
    place.parent.mkdir(parents=True, exist_ok=True)
    return path.replace(place)


def test_azure_a_broken_file_holds_back_its_own_folder_alone(world, portal):
    """One bad download would stop every subscription's costs, or lose a day of one."""
    here, there = {}, {"SubscriptionId": BEYOND}

    def deliver(cost: float) -> Path:
        download(portal, "one/september", cost, UsageDate=20260901, **here)
        download(portal, "two/october", cost, **there)
        return download(portal, "one/october", cost, **here)

    broken = deliver(1)
    assert {status for status, _ in load("azure_costs").values()} == {"loaded"}
    assert len(dict(world.rows(COST))) == 3
    deliver(2)
    whole = broken.read_text("utf-8-sig")
    broken.write_text(whole.replace("10/05/2026", "the fifth"))
    found = load("azure_costs")
    status, message = found.pop("export/one/october.csv")
    assert status == "failed"
    assert "one/october.csv: column \"Date\" is 'the fifth' in 1 rows" in message
    status, message = found.pop("export/one/2026-09")
    assert status == "failed"
    assert message.endswith(held_back(f"file://{broken}"))
    assert {unit: status for unit, (status, _) in found.items()} == {
        "export/two/2026-10": "loaded"
    }
    assert dict(world.rows(COST)) == {
        "export/one/2026-09": Decimal(10),
        "export/one/2026-10": Decimal(10),
        "export/two/2026-10": Decimal(20),
    }
    assert sum("the fifth" in said for said in problems("azure_costs")) == 1
    broken.write_text(whole)
    assert "failed" not in {status for status, _ in load("azure_costs").values()}
    assert {cost for _, cost in world.rows(COST)} == {Decimal(20)}


def test_azure_a_file_of_two_months_holds_back_these_two(world, portal):
    """What can be told of a file is no reason to hold back any more than that."""
    for month in (8, 9, 10):
        download(portal, f"one/{month}", 1, UsageDate=20260001 + month * 100)
    load("azure_costs")
    for month in (8, 9, 10):
        download(portal, f"one/{month}", 2, UsageDate=20260001 + month * 100)
    both = portal / "one" / "both.csv"
    rows = (portal / "one" / "10.csv").read_text("utf-8-sig")
    both.write_text(rows.replace("10/05/2026", "09/05/2026"))
    found = load("azure_costs", periods=["2026-08", "2026-09", "2026-10"])
    assert {unit[-2:]: status for unit, (status, _) in found.items()} == {
        "08": "loaded",
        "09": "failed",
        "10": "failed",
    }
    assert "both.csv holds 2 months, 2026-09 to 2026-10" in problems("azure_costs")[0]
    assert [cost for _, cost in world.rows(COST)] == [20, 10, 10]


def test_azure_a_range_of_two_months_holds_back_both(portal):
    """The second month would be loaded by what is left of it, as if it were whole."""
    write_export(portal, "2026-10", [azure_row()], days=(15, 0))
    (first,) = (portal / "billing" / "llm-costs").iterdir()
    days = [azure_row(1, UsageDate=20260920), azure_row(2, UsageDate=20261002)]
    (path, *_) = write_export(portal, "2026-09", days)
    path.parent.rename(first.with_name("20260915-20261014"))
    found = load("azure_costs")
    folder = f"file://{portal}/billing/llm-costs/20260915-20261014"
    assert {status for status, _ in found.values()} == {"failed"}
    assert f"{folder} holds days of two months" in str(found)
    assert any(said.endswith(held_back(folder)) for _, said in found.values())


def test_azure_a_broken_file_beside_a_run_of_half_a_month_holds_it_back(portal):
    """The half that has a manifest would be loaded as the whole month."""
    days = [azure_row(n, UsageDate=20261000 + n) for n in range(15, 32)]
    write_export(portal, "2026-10", days, days=(15, 31))
    whole = download(portal, "billing/llm-costs/2026-10", 1)
    assert {status for status, _ in load("azure_costs").values()} == {"loaded"}
    whole.write_text(whole.read_text("utf-8-sig").replace("10/05/2026", "the fifth"))
    found = load("azure_costs")
    status, message = found[f"export/{SCOPE}/2026-10"]
    assert status == "failed"
    assert message.endswith(held_back(f"file://{whole}"))


def test_azure_a_broken_download_holds_back_a_month_whose_twin_tells_the_scope(
    world, portal
):
    """One of two parts would be loaded as the whole month of that scope."""
    amortized = [azure_row(1, UsageDate=20261005)]
    twin = {"cost_type": "AmortizedCost", "export": "cost-amortized"}
    write_export(portal, "2026-10", amortized, **twin)
    download(portal, "billing/cost-actual/one", 1)
    broken = download(portal, "billing/cost-actual/two", 2)
    assert set(load("azure_costs").values()) == {("loaded", "")}
    ((unit, cost),) = world.rows(COST)
    assert (unit, cost) == (f"export/{SCOPE}/2026-10", Decimal(30))
    broken.write_text(broken.read_text("utf-8-sig").replace("10/05/2026", "the fifth"))
    status, message = load("azure_costs")[unit]
    assert status == "failed"
    assert message.endswith(held_back(f"file://{broken}"))
    assert world.rows(COST) == [(unit, cost)]


def test_azure_a_range_without_a_manifest_is_of_the_scope_that_another_month_tells(
    world, portal
):
    """A month from before the export had manifests would fail in every run."""
    before = [azure_row(n, 1, UsageDate=20260901 + n) for n in range(3)]
    write_export(portal, "2026-09", before, way="no manifest")
    write_export(portal, "2026-10", [azure_row(n, 1) for n in range(4)])
    assert set(load("azure_costs").values()) == {("loaded", "")}
    assert world.rows(COST) == [
        (f"export/{SCOPE}/2026-09", Decimal(3)),
        (f"export/{SCOPE}/2026-10", Decimal(4)),
    ]
    assert {status for status, _ in load("azure_costs").values()} == {"unchanged"}


@pytest.mark.parametrize("months", [("2026-09", "2026-10"), ("2026-10",)])
def test_azure_amortized_costs_that_cannot_be_read_hold_back_their_month(
    portal, months
):
    """What a reservation covers would be free until the next run."""
    for kind in ("ActualCost", "AmortizedCost"):
        for month in months:
            day = int(month.replace("-", "")) * 100 + 5
            lines = [azure_row(1, float(kind == "AmortizedCost"), UsageDate=day)]
            write_export(portal, month, lines, cost_type=kind, export=kind)
    assert {status for status, _ in load("azure_costs").values()} == {"loaded"}
    place = portal / "billing" / "AmortizedCost" / "20261001-20261031"
    (place / "manifest.json").write_text("{")
    found = load("azure_costs")
    statuses = {unit[-2:]: status for unit, (status, _) in found.items()}
    assert statuses.pop("10") == "failed"
    assert set(statuses.values()) <= {"unchanged"}
    assert "manifest.json is not JSON" in str(found)


def test_gcp_a_broken_extract_holds_back_what_only_rows_tell(world):
    """Folders that say their month are whole, whatever lies beside them."""

    def deliver(cost: float) -> Path:
        write_gcp(world.gcp, "202610", [gcp_row(1, cost), gcp_row(2, cost)])
        for account in ("000000-000000-00000A", "000000-000000-00000B"):
            path = world.gcp / "days" / account / "rows.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            row = gcp_row(3, cost, billing_account_id=account)
            pq.write_table(pa.Table.from_pylist([row]), path)
        return path

    broken = deliver(1)
    assert {status for status, _ in load("gcp_billing").values()} == {"loaded"}
    deliver(2)
    whole = broken.read_bytes()
    broken.write_bytes(whole[:-8] + b"\xff" * 8)
    found = load("gcp_billing")
    status, message = found.pop("days/000000-000000-00000B/rows.parquet")
    assert status == "failed"
    assert f"file://{broken} cannot be read" in message
    assert found.pop(f"{GCP_ACCOUNT}/2026-10") == ("loaded", "")
    # Its path names another account; a reseller's table has rows of several.
    status, message = found.pop("000000-000000-00000A/2026-10")
    assert status == "failed"
    assert message.endswith(held_back(f"file://{broken}"))
    assert not found
    assert [cost for _, cost in world.rows(COST)] == [
        Decimal("0.25"),
        Decimal("0.25"),
        Decimal("2.5"),
    ]
    assert f"file://{broken} cannot be read" in problems("gcp_billing")[0]
    broken.write_bytes(whole)
    assert "failed" not in {status for status, _ in load("gcp_billing").values()}
    assert [cost for _, cost in world.rows(COST)] == [
        Decimal("1.25"),
        Decimal("1.25"),
        Decimal("2.5"),
    ]


def test_what_is_held_back_says_why_and_what_to_do():
    """Who reads it sees a month that is fine, and has to learn what it waits for."""
    said = held_back("gs://bucket/days/20261005/rows.parquet")
    assert said.startswith("gs://bucket/days/20261005/rows.parquet cannot be read")
    assert "may hold lines of this month" in said
    assert "what was loaded of it before stays" in said
    assert "Put that right, or take it away, and run again." in said
