"""The Azure bill comes in many forms of export, which are the same bill."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from azure_exports import FORMS, ROOT, SCOPE, SUBSCRIPTION, WAYS, write_export
from extract_bills import azure_row

from extract.errors import ExtractError
from extract.sources.azure_costs import AzureBill, AzureCostsSettings
from extract.units import Load

DATA = Path(__file__).parents[1] / "data" / "azure"
ROWS = [
    *(azure_row(n, 0.125 * n) for n in range(1, 8)),
    azure_row(8, 2.0, ServiceName="Foundry Tools", MeterCategory="Foundry Tools"),
    azure_row(9, 40.0, ServiceName="Storage", MeterCategory="Storage", Tags=[]),
    azure_row(10, 5.0, ServiceName="Storage", MeterCategory="Storage", Tags=[]),
]
SAME = (
    "usage_date",
    "resource_id",
    "resource_group_name",
    "resource_location",
    "meter_subcategory",
    "meter",
    "unit_of_measure",
    "cost",
    "usage_quantity",
    "currency",
    "subscription_id",
    "tags",
)


def bill(folder: Path, **settings: Any) -> AzureBill:
    found = AzureCostsSettings()
    found.export_url = f"file://{folder}"
    for name, value in settings.items():
        setattr(found, name, value)
    return AzureBill(found)


def read(folder: Path, **settings: Any) -> tuple[Load, dict[str, list[Any]]]:
    """Read the only month of a folder; return its load, and rows by table."""
    azure = bill(folder, **settings)
    (unit,) = azure.units()
    load = Load(delivery=azure.deliver(unit))
    found: dict[str, list[Any]] = {"cost_rows": [], "filtered_totals": []}
    for name, batch in azure.read(load):
        found[name] += batch.to_pylist()
    return load, found


def landed(folder: Path, **settings: Any) -> list[tuple[Any, ...]]:
    _, found = read(folder, **settings)
    return sorted(tuple(row[n] for n in SAME) for row in found["cost_rows"])


def expected(rows: Any = ROWS) -> list[tuple[Any, ...]]:
    return sorted(
        (
            row["UsageDate"],
            row["ResourceId"],
            row["ResourceGroupName"],
            row["ResourceLocation"],
            row["MeterSubcategory"],
            row["Meter"],
            row["UnitOfMeasure"],
            row["Cost"],
            row["UsageQuantity"],
            row["Currency"],
            SUBSCRIPTION,
            "{" + ",".join(row["Tags"]) + "}" if row["Tags"] else None,
        )
        for row in rows
        if row["ServiceName"] != "Storage"
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_lands_the_same_rows(tmp_path, form, way):
    """A form that is read in its own way is a bill of its own."""
    write_export(tmp_path, "2026-10", ROWS, form, way)
    load, found = read(tmp_path)
    assert landed(tmp_path) == expected()
    assert [
        (row["scope"], row["billing_period"], row["cost"], row["subscription_id"])
        for row in found["filtered_totals"]
    ] == [(SCOPE, "2026-10", Decimal(45), SUBSCRIPTION)]
    assert load.billing_account_id == SCOPE
    measure = load.measures["EUR"]
    assert (measure.landed_rows, measure.cost_total) == (8, Decimal("50.5"))
    kinds = {(r["scope"], r["cost_type"]) for r in found["cost_rows"]}
    assert kinds == {(SCOPE, "ActualCost")}


@pytest.mark.parametrize("form", ["ea csv", "mca parquet"])
@pytest.mark.parametrize("way", WAYS[:2])
def test_a_restated_month_is_its_newest_run(tmp_path, form, way):
    """Each run holds the whole month: added up, ten days are ten times the bill."""
    write_export(tmp_path, "2026-10", ROWS, form, way, run=1)
    first = bill(tmp_path)
    version = first.deliver(first.units()[0]).version
    fewer = [azure_row(n, 1.5) for n in range(1, 4)]
    write_export(tmp_path, "2026-10", fewer, form, way, run=3)
    if way == "create-new":
        # An older run that is copied later is still the older one.
        write_export(tmp_path, "2026-10", ROWS, form, way, run=2)
    assert landed(tmp_path) == expected(fewer)
    again = bill(tmp_path)
    assert again.deliver(again.units()[0]).version != version


def test_runs_of_parts_of_a_month_count_each_day_once(tmp_path):
    """Azure re-exports chosen days beside the month; both hold them."""
    rows = [azure_row(n, 1.0, UsageDate=20261000 + n) for n in range(1, 21)]
    new = [azure_row(n, 2.0, UsageDate=20261000 + n) for n in range(8, 13)]
    write_export(tmp_path, "2026-10", rows, run=1)
    write_export(tmp_path, "2026-10", new, run=2, days=(8, 12))
    assert sum(row[7] for row in landed(tmp_path)) == 15 + 10
    # A newer run of the whole month is all there is.
    write_export(tmp_path, "2026-10", rows, run=3)
    assert sum(row[7] for row in landed(tmp_path)) == 20


def test_amortized_costs_are_landed_beside_the_actual_ones_where_they_differ(tmp_path):
    """Added up, both ways of showing one reservation double the bill."""
    fee = azure_row(3, 300.0, ChargeType="Purchase", UsageQuantity=1.0)
    covered = azure_row(4, 0.0, PricingModel="Reservation", UsageQuantity=24.0)
    unused = azure_row(5, 2.0, ChargeType="UnusedReservation", UsageQuantity=6.0)
    write_export(tmp_path, "2026-10", [azure_row(1), fee, covered], export="actual")
    spread = [azure_row(1), {**covered, "Cost": 8.0}, unused]
    amortized = {"export": "amortized", "cost_type": "AmortizedCost"}
    write_export(tmp_path, "2026-10", spread, **amortized)
    load, found = read(tmp_path)
    sums: dict[str, float] = {}
    for row in found["cost_rows"]:
        sums[row["cost_type"]] = sums.get(row["cost_type"], 0) + row["cost"]
    assert sums == {"ActualCost": 303.0, "AmortizedCost": 13.0}
    measure = load.measures["EUR"]
    assert (measure.cost_total, measure.repeated_cost) == (303, 13)
    _, found = read(tmp_path, amortized=False)
    assert {row["cost_type"] for row in found["cost_rows"]} == {"ActualCost"}
    # Where nothing is committed, both are the same, and one is enough.
    shutil.rmtree(tmp_path / ROOT)
    write_export(tmp_path, "2026-10", ROWS, export="actual")
    write_export(tmp_path, "2026-10", ROWS, **amortized)
    _, found = read(tmp_path)
    assert {row["cost_type"] for row in found["cost_rows"]} == {"ActualCost"}


def test_offers_of_the_marketplace_without_a_category_are_landed(tmp_path):
    """Claude is sold there, and its rows name neither meter nor service."""
    claude = azure_row(
        1, 7.0, MeterCategory="", Meter="", PublisherType="Marketplace", ServiceName=""
    )
    write_export(tmp_path, "2026-10", [claude], "mca csv")
    assert [row[7] for row in landed(tmp_path)] == [7.0]


def test_tags_that_are_no_json_do_no_harm(tmp_path):
    """One tag with a quotation mark in it must not lose the month."""
    write_export(tmp_path, "2026-10", [azure_row(Tags=['"team":"a"b"'])], "ea csv")
    ((tags,),) = [row[-1:] for row in landed(tmp_path)]
    assert json.loads(tags) == {"unreadable": '"team":"a"b"'}


def test_a_column_that_is_new_or_missing_does_no_harm(tmp_path):
    """Azure adds columns with every version of a dataset."""
    (path,) = write_export(tmp_path, "2026-10", ROWS, way="no manifest")
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    drop = lines[0].split(",").index("PayGPrice")
    assert drop > 0
    path.write_text(
        "\n".join(
            ",".join([*line.split(",")[:1], "new", *line.split(",")[1:]])
            if n
            else line.replace("BillingAccountId,", "BillingAccountId,brandNew,")
            for n, line in enumerate(lines)
        ),
        encoding="utf-8",
    )
    assert sum(row[7] for row in landed(tmp_path)) == 5.5


def test_real_rows_of_an_enterprise_agreement_add_up(tmp_path):
    """Made-up rows have what their maker thought of."""
    for name in ("ActualCost", "AmortizedCost"):
        place = tmp_path / f"ea-{name.lower().replace('cost', '')}"
        place.mkdir()
        shutil.copy(DATA / f"EA_{name}_Small.csv", place)
    azure = bill(tmp_path, service_names=["Virtual Machines"])
    (unit,) = azure.units()
    assert (unit.name, unit.billing_period) == ("export/ea/2023-09", "2023-09")
    load = Load(delivery=azure.deliver(unit))
    tables = [(name, batch) for name, batch in azure.read(load)]
    rows = pa.concat_tables(
        pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
        for name, batch in tables
        if name == "cost_rows"
    ).to_pylist()
    assert (
        load.billing_account_id == "providers/Microsoft.Billing/billingAccounts/8611537"
    )
    assert len(load.sub_accounts) == 4
    assert load.measures["USD"].cost_total == Decimal("8.545007787")
    assert {row["cost_type"] for row in rows} == {"ActualCost", "AmortizedCost"}
    actual = [row for row in rows if row["cost_type"] == "ActualCost"]
    assert {20230904 <= row["usage_date"] <= 20230921 for row in actual} == {True}
    assert all(json.loads(row["tags"]) for row in rows if row["tags"])


HEADERS = {
    "Enterprise": ("2021-02", 0.0, "Virtual Machines"),
    "EnterpriseCamel": ("2021-02", 0.012, "Virtual Network"),
    "German": ("2021-02", 0.075, "Load Balancer"),
    "PayAsYouGo": ("2021-02", 0.075, "Load Balancer"),
    "YA": ("2021-02", 0.075, "Load Balancer"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers_of_every_agreement_and_language_are_understood(tmp_path, name):
    """A header in German was read as a file without costs."""
    period, cost, category = HEADERS[name]
    shutil.copy(DATA / "headers" / f"{name}.csv", tmp_path)
    azure = bill(tmp_path, service_names=[category])
    (unit,) = azure.units()
    load = Load(delivery=azure.deliver(unit))
    (row,) = [
        row
        for table, batch in azure.read(load)
        if table == "cost_rows"
        for row in batch.to_pylist()
    ]
    assert (unit.billing_period, row["cost"]) == (period, cost)
    assert row["usage_date"] // 100 == int(period.replace("-", ""))
    assert row["resource_id"].startswith("/subscriptions/11111111-")
    assert row["subscription_id"].startswith("11111111-")


def broken(folder: Path, **settings: Any) -> str:
    """Return what is said of the only month of a folder."""
    with pytest.raises(ExtractError) as caught:
        read(folder, **settings)
    return str(caught.value)


def test_what_is_wrong_with_an_export_is_named(tmp_path, subtests):  # noqa: PLR0915 - a list of cases
    """A person who reads it has the portal open, and nothing else."""

    def fresh(name: str, **options: Any) -> tuple[Path, list[Path]]:
        folder = tmp_path / name
        rows = options.pop("rows", ROWS)
        return folder, write_export(folder, "2026-10", rows, **options)

    with subtests.test("a part is cut off"):
        folder, paths = fresh("cut")
        paths[0].write_bytes(paths[0].read_bytes()[:-20])
        said = broken(folder)
        assert f"{paths[0].name} has" in said
        assert "it was cut off on its way" in said
    with subtests.test("a part is missing"):
        folder, paths = fresh("missing")
        paths[1].unlink()
        assert f"{paths[1].name} is missing, but the manifest" in broken(folder)
    with subtests.test("no manifest yet"):
        folder, paths = fresh("early", way="create-new")
        (paths[0].parent / "manifest.json").unlink()
        assert "has no manifest.json yet, which Azure writes last" in broken(folder)
    with subtests.test("a broken manifest"):
        folder, paths = fresh("garbled")
        (paths[0].parent / "manifest.json").write_text("{")
        assert "manifest.json is not JSON" in broken(folder)
    with subtests.test("a broken footer"):
        folder, paths = fresh("footer", form="mca parquet")
        raw = paths[0].read_bytes()
        paths[0].write_bytes(raw[:-8] + b"\xff" * 8)
        assert paths[0].name in broken(folder)
    with subtests.test("days of the other order"):
        folder, _ = fresh("days", rows=[azure_row(UsageDate=20261005)])
        for path in folder.rglob("*.csv"):
            path.write_bytes(path.read_bytes().replace(b"10/05/2026", b"05/10/2026"))
        for path in folder.rglob("manifest.json"):
            path.unlink()
        for number, path in enumerate(sorted(folder.rglob("*.csv"))):
            if number:
                path.unlink()
        said = broken(folder)
        assert "column \"Date\" is '05/10/2026' in 1 rows, which is no day" in said
    with subtests.test("amortized costs without a name"):
        unused = [azure_row(ChargeType="UnusedReservation")]
        folder, _ = fresh("named", rows=unused, way="no manifest")
        assert "which only amortized costs have" in broken(folder)
    with subtests.test("amortized costs alone"):
        folder, _ = fresh("alone", cost_type="AmortizedCost")
        assert "nothing holds the actual ones" in broken(folder)
    with subtests.test("two exports of one scope"):
        folder, _ = fresh("twice")
        write_export(folder, "2026-10", ROWS, export="other")
        said = broken(folder)
        assert "both hold the ActualCost of subscriptions/" in said
        assert "sources.azure_costs.export_names" in said
        assert len(read(folder, export_names=["other"])[1]["cost_rows"]) == 8
    with subtests.test("a range of two months"):
        folder, paths = fresh("months")
        paths[0].parent.rename(paths[0].parent.with_name("20260915-20261014"))
        assert "holds days of two months" in broken(folder)
    with subtests.test("several runs on a disk"):
        folder, _ = fresh("runs", way="no manifest")
        fresh("runs", way="no manifest", run=2)
        assert "holds 2 runs of one export and no manifest.json" in broken(folder)
    with subtests.test("no export at all"):
        (tmp_path / "empty").mkdir()
        assert "has no exports of costs, at any depth" in broken(tmp_path / "empty")
    with subtests.test("no folder"):
        assert "There is no folder" in broken(tmp_path / "nowhere")
    with subtests.test("columns of a tool"):
        (tmp_path / "tool").mkdir()
        shutil.copy(DATA / "headers" / "MissingBrackets.csv", tmp_path / "tool")
        assert "has no column billingcurrency" in broken(tmp_path / "tool")
    with subtests.test("a cost that is none"):
        folder, paths = fresh("words", way="no manifest")
        paths[0].write_bytes(paths[0].read_bytes().replace(b"40.0", b"forty"))
        assert "forty" in broken(folder)
    with subtests.test("a FOCUS export"):
        folder, _ = fresh("focus", cost_type="FocusCost")
        assert "which the source focus_costs loads" in broken(folder)
