"""Exports of Cost Management: the same rows as each agreement and format spells them.

``write_export(folder, "2026-10", rows)`` takes rows as the Query API gives them (see
``azure_row``) and writes a run as Azure lays it out.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from calendar import monthrange
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
SCOPE = f"subscriptions/{SUBSCRIPTION}"
ACCOUNT = "8611537"
ROOT = "billing"
# What the agreements call the same thing; what one lacks is not written.
EA_2023 = {
    "BillingAccountId": "account",
    "BillingPeriodStartDate": "period",
    "SubscriptionId": "subscription",
    "Date": "day",
    "Product": "product",
    "MeterId": "meter_id",
    "MeterCategory": "category",
    "MeterSubCategory": "subcategory",
    "MeterName": "meter",
    "Quantity": "quantity",
    "EffectivePrice": "price",
    "Cost": "cost",
    "BillingCurrency": "currency",
    "ResourceLocation": "location",
    "ResourceId": "resource",
    "Tags": "bare_tags",
    "UnitOfMeasure": "unit",
    "ResourceGroup": "group",
    "ChargeType": "charge",
    "PublisherType": "publisher",
    "PayGPrice": "price",
    "PricingModel": "model",
}
EA_2024 = {
    **{name: key for name, key in EA_2023.items() if name not in {"Cost", "Product"}},
    "ProductName": "product",
    "CostInBillingCurrency": "cost",
    "BillingCurrencyCode": "currency",
    "ResourceLocationNormalized": "location",
}
del EA_2024["BillingCurrency"]
MCA = {
    "billingAccountId": "account",
    "billingPeriodStartDate": "period",
    "SubscriptionId": "subscription",
    "date": "day",
    "ProductName": "product",
    "meterId": "meter_id",
    "meterCategory": "category",
    "meterSubCategory": "subcategory",
    "meterName": "meter",
    "quantity": "quantity",
    "effectivePrice": "price",
    "costInBillingCurrency": "cost",
    "costInUsd": "usd",
    "billingCurrency": "currency",
    "resourceLocation": "location",
    "ResourceId": "resource",
    "tags": "tags",
    "unitOfMeasure": "unit",
    "resourceGroupName": "group",
    "chargeType": "charge",
    "publisherType": "publisher",
    "PayGPrice": "price",
    "pricingModel": "model",
}
# The portal in German puts the names in brackets; pay-as-you-go has names of its own.
GERMAN = {
    "Abonnement-GUID (SubscriptionGuid)": "subscription",
    "Ressourcengruppe (ResourceGroup)": "group",
    "Ressourcenstandort (ResourceLocation)": "location",
    "UsageDateTime (UsageDateTime)": "day",
    "Kategorie der Verbrauchseinheit (MeterCategory)": "category",
    "MeterSubcategory (MeterSubcategory)": "subcategory",
    "ID der Verbrauchseinheit (MeterId)": "meter_id",
    "Name der Verbrauchseinheit (MeterName)": "meter",
    "UsageQuantity (UsageQuantity)": "quantity",
    "Ressourcensatz (ResourceRate)": "price",
    "PreTaxCost (PreTaxCost)": "cost",
    "InstanceId (InstanceId)": "resource",
    "Tags (Tags)": "tags",
    "ServiceName": "service",
    "Currency": "currency",
    "Maßeinheit (UnitOfMeasure)": "unit",
}
# Form: columns, how days are written, suffix.
FORMS = {
    "ea csv": (EA_2023, "%m/%d/%Y", ".csv"),
    "ea csv.gz": (EA_2024, "%m/%d/%Y", ".csv.gz"),
    "mca csv": (MCA, "%m/%d/%Y", ".csv"),
    "mca parquet": (MCA, "", ".snappy.parquet"),
    "german csv": (GERMAN, "%Y-%m-%d", ".csv"),
}
WAYS = ("overwrite", "create-new", "no manifest")


def write_export(  # noqa: PLR0913 - what an export is made of
    folder: Path,
    period: str,
    rows: Sequence[Mapping[str, Any]],
    form: str = "ea csv",
    way: str = "overwrite",
    *,
    run: int = 1,
    cost_type: str = "ActualCost",
    export: str = "llm-costs",
    scope: str = SCOPE,
    days: tuple[int, int] = (1, 0),
    parts: int = 2,
) -> list[Path]:
    """Write one run of an export of one month; return its files.

    Args:
        folder: The container.
        period: The month.
        rows: As the Query API gives them.
        form: One of FORMS.
        way: One of WAYS; without a manifest there is one part.
        run: Number of the run, the newest the greatest.
        cost_type: What the manifest says.
        export: Name of the export.
        scope: What the manifest says that it is of.
        days: First and last day of its range; 0 for the month's last.
        parts: Number of files.
    """
    year, month = (int(text) for text in period.split("-"))
    last = days[1] or monthrange(year, month)[1]
    span = f"{date(year, month, days[0]):%Y%m%d}-{date(year, month, last):%Y%m%d}"
    below = f"{ROOT}/{export}/{span}"
    if way == "create-new":
        below += f"/{run:08d}-0000-4000-8000-000000000000"
    place = folder / below
    place.mkdir(parents=True, exist_ok=True)
    columns, form_of_day, suffix = FORMS[form]
    written = [
        [_value(row, key, form_of_day) for key in columns.values()] for row in rows
    ]
    if way == "no manifest":
        paths = [place / f"{export}_{run:08d}-0000-4000-8000-000000000000{suffix}"]
    else:
        paths = [place / f"part_{n}_0001{suffix}" for n in range(parts)]
    for number, path in enumerate(paths):
        _write(path, list(columns), written[number :: len(paths)])
    if way != "no manifest":
        write_manifest(
            place,
            paths,
            submitted=datetime(year, month, min(run, 28), tzinfo=UTC),
            cost_type=cost_type,
            scope=scope,
            export=export,
        )
    return paths


def write_manifest(  # noqa: PLR0913 - what a manifest says
    place: Path,
    paths: Sequence[Path],
    *,
    submitted: datetime,
    cost_type: str = "ActualCost",
    scope: str = SCOPE,
    export: str = "llm-costs",
) -> Path:
    """Write the manifest of a run."""
    provider = f"/{scope}/providers/Microsoft.CostManagement"
    root = next(one for one in place.parents if one.name == ROOT).parent
    content = {
        "manifestVersion": "2024-04-01",
        "byteCount": sum(path.stat().st_size for path in paths),
        "blobCount": len(paths),
        "exportConfig": {
            "exportName": export,
            "resourceId": f"{provider}/exports/{export}",
            "dataVersion": "2023-05-01",
            "type": cost_type,
            "timeFrame": "MonthToDate",
            "granularity": "Daily",
        },
        "runInfo": {"submittedTime": f"{submitted:%Y-%m-%dT%H:%M:%S.0000000Z}"},
        "blobs": [
            {
                "blobName": path.relative_to(root).as_posix(),
                "byteCount": path.stat().st_size,
            }
            for path in paths
        ],
    }
    path = place / "manifest.json"
    path.write_text(json.dumps(content), encoding="utf-8-sig")
    return path


def _value(row: Mapping[str, Any], key: str, form_of_day: str) -> Any:
    digits = str(row["UsageDate"])
    day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    pairs = ",".join(row["Tags"])
    values = {
        "account": ACCOUNT,
        "period": day.replace(day=1),
        "subscription": row.get("SubscriptionId", SUBSCRIPTION),
        "day": day,
        "product": f"{row['MeterSubcategory']} - {row['Meter']} - US East",
        "meter_id": "f31064a2-ed95-4e11-8b69-270f2fc4fbdd",
        "service": row["ServiceName"],
        "category": row["MeterCategory"],
        "subcategory": row["MeterSubcategory"],
        "meter": row["Meter"],
        "quantity": row["UsageQuantity"],
        "price": row["Cost"] / row["UsageQuantity"] if row["UsageQuantity"] else 0.0,
        "cost": row["Cost"],
        "usd": row["Cost"] * 1.1,
        "currency": row["Currency"],
        "location": row["ResourceLocation"],
        "resource": row["ResourceId"],
        "tags": f"{{{pairs}}}" if pairs else "",
        "bare_tags": pairs,
        "unit": row["UnitOfMeasure"],
        "group": row["ResourceGroupName"],
        "charge": row["ChargeType"],
        "publisher": row["PublisherType"],
        "model": row["PricingModel"],
    }
    value = values[key]
    if isinstance(value, date):
        return f"{value:{form_of_day}}" if form_of_day else value
    return value


def _write(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if path.name.endswith(".parquet"):
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        pq.write_table(
            pa.table([pa.array(c) for c in columns], names=list(names)), path
        )
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(rows)
    raw = text.getvalue().encode("utf-8-sig")
    path.write_bytes(gzip.compress(raw, mtime=0) if path.suffix == ".gz" else raw)
