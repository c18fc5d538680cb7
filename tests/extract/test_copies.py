"""Files that hold the same rows, where no manifest says which of them count."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from azure_exports import write_export
from extract_bills import azure_row, gcp_row

from extract.errors import ExtractError
from extract.sources.azure_costs import AzureBill, AzureCostsSettings
from extract.sources.focus_costs import FocusBill, FocusCostsSettings
from extract.sources.gcp_billing import GcpBill, GcpBillingSettings
from extract.units import Load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MONTH = "2026-10"


def azure(folder: Path, name: str, numbers: range) -> None:
    rows = [azure_row(number, 1.0 + number) for number in numbers]
    (path,) = write_export(folder / "made", MONTH, rows, "mca csv", "no manifest")
    (folder / "bills").mkdir(exist_ok=True)
    path.rename(folder / "bills" / f"{name}.csv")


def focus(folder: Path, name: str, numbers: range) -> None:
    rows = [
        sys.modules["focus_bills"].aws_row(
            ResourceId=f"r{number}", BilledCost=f"{1 + number}"
        )
        for number in numbers
    ]
    sys.modules["focus_bills"].write_csv(folder / "bills" / f"{name}.csv", rows)


def gcp(folder: Path, name: str, numbers: range) -> None:
    rows = [gcp_row(number, 1.75 + number) for number in numbers]
    (folder / "bills").mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), folder / "bills" / f"{name}.parquet")


def read(writer: Callable[..., None], folder: Path) -> Load:
    """Read the only month of a folder; return its load, measured."""
    url = f"file://{folder / 'bills'}"
    bill: Any
    if writer is azure:
        bill = AzureBill(AzureCostsSettings(export_url=url))
    elif writer is focus:
        bill = FocusBill(FocusCostsSettings(export_url=url))
    else:
        bill = GcpBill(GcpBillingSettings(export_url=url))
    (unit,) = bill.units()
    load = Load(delivery=bill.deliver(unit))
    for _ in bill.read(load):
        pass
    return load


@pytest.mark.parametrize("writer", [azure, focus, gcp])
def test_a_month_beside_its_own_copy_or_later_state_is_refused(tmp_path, writer):
    """A browser calls the second download "october (1)", and both counted."""
    writer(tmp_path, "october", range(20))
    writer(tmp_path, "october (1)", range(30))
    with pytest.raises(ExtractError) as caught:
        read(writer, tmp_path)
    said = str(caught.value)
    assert "october (1)" in said
    assert "hold the same rows (20 of those that were compared)" in said
    assert "would count twice" in said
    # Parts of a bill are what they were, also where a row or two are alike.
    (path,) = (tmp_path / "bills").glob("october.*")
    path.unlink()
    writer(tmp_path, "part 2", range(28, 50))
    (measure,) = read(writer, tmp_path).measures.values()
    assert measure.landed_rows == 52


def test_amortized_costs_that_were_downloaded_twice_are_refused(tmp_path):
    """They are no part of the invoice, whose own check cannot see them."""
    azure(tmp_path, "actual", range(20))
    for name in ("amortized", "amortized (1)"):
        azure(tmp_path, name, range(20))
        target = tmp_path / "bills" / "amortized"
        target.mkdir(exist_ok=True)
        (tmp_path / "bills" / f"{name}.csv").rename(target / f"{name}.csv")
    target = tmp_path / "bills" / "actual"
    target.mkdir()
    (tmp_path / "bills" / "actual.csv").rename(target / "actual.csv")
    with pytest.raises(ExtractError, match="hold the same rows"):
        read(azure, tmp_path)


def test_a_big_bill_is_compared_by_a_sample(tmp_path, monkeypatch):
    """Comparing every row of a year's table would take longer than loading it."""
    monkeypatch.setattr("extract.copies.COMPARED", 50)
    gcp(tmp_path, "one", range(400))
    gcp(tmp_path, "two", range(400, 800))
    assert read(gcp, tmp_path).landed_rows == 800
    gcp(tmp_path, "three", range(200, 600))
    with pytest.raises(ExtractError, match="hold the same rows"):
        read(gcp, tmp_path)


def test_parts_that_a_manifest_lists_are_taken_at_its_word(tmp_path):
    """Two equal rows of a small month are two charges, if Azure says so."""
    rows = [azure_row(1), azure_row(1)]
    write_export(tmp_path / "bills", MONTH, rows)
    assert read(azure, tmp_path).landed_rows == 2
