"""Small bills of every source in any number of deliveries, for tests of faults.

A delivery holds two months; each restates both: lines grow, are new in past hours, and
the tax grows under the same id. ``Bills.total`` is what a delivery adds up to, counted
without any of the code under test.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

TESTS = Path(__file__).resolve().parents[1]
MONTHS = ("2026-09", "2026-10")
LINES = 40
TAX = "AmazonS3"


@dataclass(frozen=True, kw_only=True)
class Bills:
    """How a source's bills are delivered.

    Attributes:
        source: Name of the source.
        setting: The setting that says where they are.
        write: Writes a delivery into a folder.
        form: Which of several forms of delivery it is.
    """

    source: str
    setting: str
    write: Callable[[Path, int], None]
    form: str = ""

    @property
    def name(self) -> str:
        """Source and form, and the folder."""
        return f"{self.source}-{self.form}" if self.form else self.source

    def deliver(self, root: Path, number: int) -> None:
        """Write a delivery over the one before."""
        self.write(root / self.name, number)

    def environment(self, root: Path) -> dict[str, str]:
        """Return the settings that lead to the bills."""
        folder = root / self.name
        folder.mkdir(parents=True, exist_ok=True)
        return {self.setting: f"file://{folder}"}

    def totals(self, number: int) -> dict[str, Decimal]:
        """Return what a delivery's months add up to."""
        return {
            month: sum((cost for _, cost in charges(number)), Decimal(0))
            for month in MONTHS
        }


def charges(number: int) -> list[tuple[int, Decimal]]:
    """Return line number and cost of a delivery; the last line is the tax.

    Args:
        number: Which delivery, from 1.
    """
    grown = [
        (line, Decimal(1) + (Decimal(number) / 4 if line % 7 == 0 else 0))
        for line in range(LINES)
    ]
    late = [(LINES + line, Decimal("0.5")) for line in range(number)]
    lines = grown + late
    tax = sum((cost for _, cost in lines), Decimal(0)) / 8
    return [*lines, (-1, tax)]


def _module(name: str, path: Path) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def native() -> Any:
    """Return the module that writes native bills."""
    return _module("extract_bills", TESTS / "extract" / "bills.py")


def focus() -> Any:
    """Return the module that writes FOCUS files."""
    return _module("focus_bills", TESTS / "focus_bills.py")


def _write_aws(folder: Path, number: int) -> None:
    bills = native()
    lines = [
        bills.cur_line(abs(line), float(cost))
        if line >= 0
        else bills.cur_line(
            0,
            float(cost),
            line_item_line_item_type="Tax",
            line_item_product_code=TAX,
            identity_line_item_id="tax",
        )
        for line, cost in charges(number)
    ]
    for month in MONTHS:
        bills.write_cur(folder, month, lines, files=2, execution=f"execution-{number}")


def _write_gcp(folder: Path, number: int) -> None:
    bills = native()
    for month in MONTHS:
        invoice = month.replace("-", "")
        rows = [
            bills.gcp_row(
                abs(line),
                float(cost) + 0.75,
                invoice={"month": invoice},
                **(
                    {}
                    if line >= 0
                    else {
                        "cost_type": "tax",
                        "service": {"id": "x", "description": "Invoice"},
                    }
                ),
            )
            for line, cost in charges(number)
        ]
        bills.write_gcp(folder, invoice, rows)


def _write_azure(folder: Path, number: int) -> None:
    bills = native()
    for month in MONTHS:
        rows = [
            bills.azure_row(
                abs(line),
                float(cost),
                UsageDate=int(month.replace("-", "")) * 100 + 1 + abs(line) % 28,
                **({} if line >= 0 else {"ServiceName": "Virtual Machines"}),
            )
            for line, cost in charges(number)
        ]
        bills.write_azure(folder, month, rows)
        bills.write_azure(folder, month, [], kind="query-amortized")


def _write_azure_exports(folder: Path, number: int) -> None:
    """Write actual and amortized costs as Parquet, each run over the one before."""
    bills = native()
    exports = _module("azure_exports", TESTS / "support" / "azure_exports.py")
    for month in MONTHS:
        rows = [
            bills.azure_row(
                abs(line),
                float(cost),
                UsageDate=int(month.replace("-", "")) * 100 + 1 + abs(line) % 28,
                **({} if line >= 0 else {"MeterCategory": "Virtual Machines"}),
            )
            for line, cost in charges(number)
        ]
        for cost_type in ("ActualCost", "AmortizedCost"):
            exports.write_export(
                folder,
                month,
                rows,
                "mca parquet",
                run=number,
                cost_type=cost_type,
                export=cost_type.lower(),
            )


def focus_row(month: str, cost: object, **told: str) -> Any:
    """Give a line of a month in a FOCUS file.

    Args:
        month: YYYY-MM.
        cost: What it cost.
        told: Columns that are other than those of a usual line.
    """
    following = f"2026-{int(month[-2:]) + 1:02d}"
    return focus().aws_row(
        BilledCost=f"{cost}",
        EffectiveCost=f"{cost}",
        BillingPeriodStart=f"{month}-01T00:00:00Z",
        BillingPeriodEnd=f"{following}-01T00:00:00Z",
        ChargePeriodStart=f"{month}-05T00:00:00Z",
        ChargePeriodEnd=f"{month}-06T00:00:00Z",
        **told,
    )


def _write_focus(folder: Path, number: int) -> None:
    tax = {
        "ChargeCategory": "Tax",
        "ServiceName": "Amazon Simple Storage Service",
        "ServiceCategory": "Storage",
    }
    for month in MONTHS:
        rows = [
            focus_row(month, cost, **({} if line >= 0 else tax))
            for line, cost in charges(number)
        ]
        path = folder / f"BILLING_PERIOD={month}" / "focus.csv"
        focus().write_csv(path, rows)


BILLS = {
    bills.name: bills
    for bills in (
        Bills(
            source="aws_cur",
            setting="SOURCES__AWS_CUR__BUCKET_URL",
            write=_write_aws,
        ),
        Bills(
            source="azure_costs",
            setting="SOURCES__AZURE_COSTS__BASE_URL",
            write=_write_azure,
        ),
        Bills(
            source="azure_costs",
            setting="SOURCES__AZURE_COSTS__EXPORT_URL",
            write=_write_azure_exports,
            form="exports",
        ),
        Bills(
            source="gcp_billing",
            setting="SOURCES__GCP_BILLING__EXPORT_URL",
            write=_write_gcp,
        ),
        Bills(
            source="focus_costs",
            setting="SOURCES__FOCUS_COSTS__EXPORT_URL",
            write=_write_focus,
        ),
    )
}
