"""The Azure bill out of a storage account, and who else may hold the same costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from azure_exports import SCOPE, write_export
from blob_server import ACCOUNT, CONTAINER, KEY, Account, Request, blob_server
from extract_bills import azure_row, write_azure

import extract
from extract.doctor import Check, examine
from extract.guards import holders
from extract.ledger import Entry
from extract.units import Delivery, Load, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION = "SOURCES__AZURE_COSTS__"
TABLE = "raw_azure.cost_rows"
UNIT = f"export/{SCOPE}/2026-10"
MANAGED = "providers/Microsoft.Management/managementGroups"
BILLING = "providers/Microsoft.Billing/billingAccounts"


@pytest.fixture
def account(monkeypatch) -> Iterator[Account]:
    with blob_server() as found:
        url = f"abfss://{CONTAINER}@{ACCOUNT}.dfs.core.windows.net"
        monkeypatch.setenv(f"{SECTION}EXPORT_URL", url)
        monkeypatch.setenv(f"{SECTION}STORAGE_ENDPOINT_URL", found.endpoint)
        monkeypatch.setenv(f"{SECTION}STORAGE_ACCOUNT_KEY", KEY)
        yield found


def load(**options: Any) -> list[Any]:
    return extract.run(["azure_costs"], progress=False, **options)


def statuses(**options: Any) -> list[tuple[str, int]]:
    return [(result.status, result.rows) for result in load(**options)]


def rows(count: int, cost: float = 1.0) -> list[dict[str, Any]]:
    storage = azure_row(1, 40.0, ServiceName="Storage", MeterCategory="Storage")
    return [*(azure_row(n, cost) for n in range(count)), storage]


def test_a_month_is_read_once_and_again_when_it_is_delivered_anew(
    world, tmp_path, account
):
    """What is unchanged costs its manifests; what is new replaces all of the month."""
    options = {"form": "ea csv.gz", "way": "create-new"}
    write_export(tmp_path / "e", "2026-10", rows(10), run=1, **options)
    account.upload(tmp_path / "e")
    assert statuses() == [("loaded", 10)]
    assert world.ledger() == [(UNIT, 10, 1, 50, "EUR")]
    account.requests.clear()
    assert statuses() == [("unchanged", 10)]
    assert {key.rpartition("/")[2] for key in account.asked()} == {"manifest.json"}
    write_export(tmp_path / "e", "2026-10", rows(12), run=2, **options)
    account.upload(tmp_path / "e")
    account.requests.clear()
    assert statuses() == [("loaded", 12)]
    # Of the run before, nothing is read any more.
    read = account.asked(ending=".gz")
    assert read
    assert all("/00000002-" in key for key in read)
    assert world.current_cost(TABLE, "cost") == 12


def test_a_network_that_breaks_in_mid_file_is_tried_again_or_keeps_the_month(
    world, tmp_path, account
):
    """Half a file must be neither half a month nor the end of the run."""
    write_export(tmp_path / "e", "2026-10", rows(10), "mca parquet")
    account.upload(tmp_path / "e")
    cut: list[str] = []

    def once(request: Request) -> bool:
        if request.key.endswith("part_1_0001.snappy.parquet") and not cut:
            cut.append(request.key)
            return request.method == "GET"
        return False

    account.cuts = once
    assert statuses() == [("loaded", 10)]
    assert cut
    write_export(tmp_path / "e", "2026-10", rows(12), "mca parquet", run=2)
    account.upload(tmp_path / "e")
    account.cuts = lambda r: r.method == "GET" and r.key.endswith(".parquet")
    (result,) = load()
    assert result.status == "failed"
    assert "_0001.snappy.parquet: Azure broke off in" in result.message
    assert "nothing of this unit was loaded" in result.message
    assert world.current_cost(TABLE, "cost") == 10
    account.cuts = lambda _: False
    assert statuses() == [("loaded", 12)]


def test_a_delivery_that_comes_in_the_middle_of_a_read_is_read_anew(
    world, tmp_path, account
):
    """The newer half of a file with the older half of another is no bill."""
    write_export(tmp_path / "e", "2026-10", rows(10))
    account.upload(tmp_path / "e")
    moved: list[str] = []

    def move(request: Request) -> None:
        if request.if_match and "part_1" in request.key and not moved:
            moved.append(request.key)
            write_export(tmp_path / "e", "2026-10", rows(20), run=2)
            account.upload(tmp_path / "e")

    account.before = move
    assert statuses() == [("loaded", 20)]
    assert moved
    assert world.current_cost(TABLE, "cost") == 20


@pytest.mark.parametrize("is_exported_first", [True, False])
def test_a_scope_is_loaded_by_the_api_or_by_an_export(
    world, monkeypatch, tmp_path, is_exported_first
):
    """Both are the same dollars, and every chart would show them twice."""
    write_azure(world.azure, "2026-10", rows(5))
    write_export(tmp_path / "e", "2026-10", rows(5))
    ways = {
        "api": {"SCOPES": json.dumps([SCOPE]), "EXPORT_URL": ""},
        "export": {"SCOPES": "[]", "EXPORT_URL": f"file://{tmp_path / 'e'}"},
    }
    order = sorted(ways, reverse=is_exported_first)
    names = {"api": f"{SCOPE}/2026-10", "export": UNIT}

    def choose(way: dict[str, str]) -> None:
        for name, value in way.items():
            monkeypatch.setenv(f"{SECTION}{name}", value)

    choose(ways[order[0]])
    assert statuses() == [("loaded", 5)]
    choose(ways[order[1]])
    (refused,) = load()
    assert refused.status == "refused"
    assert f"is already loaded as {names[order[0]]}; both would" in refused.message
    assert "--period 2026-10 --force" in refused.message
    assert world.current_cost(TABLE, "cost") == 5
    # Named together, the second is refused even by force.
    choose({"SCOPES": json.dumps([SCOPE]), "EXPORT_URL": f"file://{tmp_path / 'e'}"})
    assert sorted(r.status for r in load(force=True, full_refresh=True)) == [
        "loaded",
        "refused",
    ]
    assert world.current_cost(TABLE, "cost") == 5
    choose(ways[order[1]])
    load(force=True, full_refresh=True)
    assert world.current_cost(TABLE, "cost") == 5


@pytest.mark.parametrize(
    ("one", "ones", "other", "others", "is_nested"),
    [
        ("subscriptions/1", {"1"}, "subscriptions/2", {"2"}, False),
        ("subscriptions/1", {"1"}, "subscriptions/1/resourceGroups/a", {"1"}, True),
        ("subscriptions/1", {"1"}, f"{BILLING}/9", {"1", "2"}, True),
        ("subscriptions/3", {"3"}, f"{BILLING}/9", {"1", "2"}, False),
        (f"{BILLING}/9", {"1"}, f"{BILLING}/9/billingProfiles/p", {"1"}, True),
        # A subscription that moved is in both bills, for other days.
        (f"{BILLING}/9", {"1"}, f"{BILLING}/8", {"1"}, False),
        (f"{MANAGED}/all", {"1", "2"}, f"{MANAGED}/some", {"2"}, True),
        (f"{MANAGED}/here", {"1"}, f"{MANAGED}/there", {"2"}, False),
        (f"{MANAGED}/all", {"1"}, f"{BILLING}/9", {"1"}, True),
    ],
)
def test_scopes_are_compared_by_the_subscriptions_in_them(
    one, ones, other, others, is_nested
):
    """A billing account and one of its subscriptions are the same money."""
    unit = Unit(
        source="azure_costs",
        cloud_provider="Azure",
        name=f"{one}/2026-10",
        billing_period="2026-10",
        billing_account_id=one,
    )
    delivery = Delivery(
        unit=unit, version="", location="", files=1, weight=1, content=None
    )
    new = Load(delivery=delivery, sub_accounts=frozenset(ones))
    new.measure("EUR").landed_rows = 1
    entry = Entry(
        unit=f"{other}/2026-10",
        load_id="",
        version="",
        landed_rows=1,
        total_rows=1,
        cost={},
        superseded=frozenset(),
        billing_account_id=other,
        billing_period="2026-10",
        source="azure_costs",
        cloud_provider="Azure",
        sub_accounts=frozenset(others),
    )
    assert bool(holders(new, [entry], do_scopes_nest=True)) == is_nested


def test_a_service_that_is_renamed_before_a_month_begins_is_missed(
    world, monkeypatch, tmp_path
):
    """The new month has nothing to be compared with but the one before it."""
    monkeypatch.setenv(f"{SECTION}EXPORT_URL", f"file://{tmp_path / 'e'}")
    renamed = [
        azure_row(n, UsageDate=20261101 + n, MeterCategory="Foundry Next")
        for n in range(6)
    ]
    write_export(tmp_path / "e", "2026-10", rows(5))
    write_export(tmp_path / "e", "2026-11", renamed[:2])
    assert statuses() == [("loaded", 5), ("loaded", 0)]
    # On its second day a month may be empty; on its sixth it is not.
    world.warehouse.unlink()
    write_export(tmp_path / "e", "2026-11", renamed, run=2)
    october, november = load()
    assert (october.status, november.status) == ("loaded", "refused")
    assert "none of AI services, 2026-10 had 5" in november.message
    assert "sources.azure_costs.service_names" in november.message
    assert november.message.endswith(
        "If there is no such usage any more: "
        "dlt pipeline azure_costs run --period 2026-11 --force"
    )
    # Once is enough: neither the next run nor the month's growth is refused again.
    assert statuses(periods=["2026-11"], force=True) == [("loaded", 0)]
    assert statuses() == [("unchanged", 5), ("unchanged", 0)]
    write_export(tmp_path / "e", "2026-11", [*renamed, *renamed], run=3)
    assert statuses() == [("unchanged", 5), ("loaded", 0)]


def test_a_complete_day_that_moves_is_told_of_and_loaded(world, monkeypatch, tmp_path):
    """Azure re-rates a month for days and tells nobody."""
    monkeypatch.setenv(f"{SECTION}EXPORT_URL", f"file://{tmp_path / 'e'}")
    write_export(tmp_path / "e", "2026-10", rows(5))
    (first,) = load()
    assert not first.message
    moved = [{**row, "Cost": 2.0} if n == 1 else row for n, row in enumerate(rows(5))]
    moved[2] = {**moved[2], "Cost": 1.04}
    write_export(tmp_path / "e", "2026-10", moved, run=2)
    (second,) = load()
    assert second.status == "loaded"
    assert "days that were complete moved by more than 5%" in second.message
    assert "2026-10-02 from 1.00 to 2.00 EUR" in second.message
    assert "2026-10-03" not in second.message
    # A day that has no rows any more is gone with the rest.
    write_export(tmp_path / "e", "2026-10", [moved[0], *moved[2:]], run=3)
    (third,) = load()
    assert "2026-10-02 from 2.00 to 0.00 EUR" in third.message
    assert world.rows(f"select count(*) from {TABLE} where usage_date = 20261002") == [
        (0,)
    ]


def test_the_doctor_looks_at_storage_exports_and_their_age(
    world, monkeypatch, tmp_path, account
):
    """403 alone does not tell a missing role from an export that stopped."""

    def found() -> dict[str, Check]:
        checks = examine(["azure_costs"])
        return {c.name: c for c in checks if c.subject != "warehouse"}

    assert "has no exports of costs" in found()["exports"].detail
    write_export(tmp_path / "e", "2026-10", rows(5), "german csv")
    account.upload(tmp_path / "e")
    checks = found()
    assert checks["exports"].detail == "billing/llm-costs, 2026-10 to 2026-10"
    assert checks["freshness"].status == "warning"
    assert "days ago" in checks["freshness"].detail
    assert "has actual costs only" in checks["amortized costs"].detail
    assert "charge_type (purchases and refunds" in checks["columns"].detail
    account.refuses = lambda _: "AuthorizationPermissionMismatch"
    refused = found()["storage"]
    assert refused.status == "problem"
    assert "the role Storage Blob Data Reader" in refused.remedy
