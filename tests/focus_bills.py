"""FOCUS files for tests, spelled the way each provider's own export spells them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PAYER = "444444444444"
SUBSCRIPTION = "/subscriptions/9c0f1a7e-0000-4000-8000-000000000001"
BILLING_ACCOUNT = "/providers/Microsoft.Billing/billingAccounts/7654321"
GOOGLE_ACCOUNT = "0A1B2C-3D4E5F-607182"


def focus_row(cost: Any = "1.5", **values: Any) -> dict[str, Any]:
    """Return a charge with FOCUS 1.0's columns that every provider gives."""
    row = {
        "BilledCost": cost,
        "BillingAccountId": PAYER,
        "BillingCurrency": "USD",
        "BillingPeriodEnd": "2026-11-01T00:00:00Z",
        "BillingPeriodStart": "2026-10-01T00:00:00Z",
        "ChargeCategory": "Usage",
        "ChargeClass": None,
        "ChargeDescription": "$0.0008 per 1K input tokens",
        "ChargePeriodEnd": "2026-10-06T00:00:00Z",
        "ChargePeriodStart": "2026-10-05T00:00:00Z",
        "ConsumedQuantity": "2000",
        "ConsumedUnit": "1K tokens",
        "ContractedCost": cost,
        "EffectiveCost": cost,
        "ListCost": cost,
        "PricingQuantity": "2000",
        "PricingUnit": "1K tokens",
        "ProviderName": "AWS",
        "PublisherName": "AWS",
        "RegionId": "us-east-1",
        "ResourceId": None,
        "ServiceCategory": "AI and Machine Learning",
        "ServiceName": "Amazon Bedrock",
        "SkuId": "HZC9FAP4F9Y8JW67",
        "SubAccountId": "222222222222",
        "Tags": None,
    }
    return {**row, **values}


def aws_row(version: str = "1.0", **values: Any) -> dict[str, Any]:
    """Return a charge as AWS Data Exports write it.

    The usage type is x_UsageType in 1.0 and SkuMeter in 1.2.
    """
    row = focus_row(Tags='{"user:customer": "acme", "user:team": "search"}')
    usage_type = values.pop("usage_type", "USE1-NovaMicro-input-token-count")
    if version == "1.0":
        row |= {"x_UsageType": usage_type}
    else:
        row |= {"SkuMeter": usage_type, "PricingCurrency": "USD", "InvoiceId": "17864"}
        row |= {"BillingAccountType": "Management Account", "ServiceSubcategory": None}
    row |= {"x_ServiceCode": "AmazonBedrock", "x_Operation": "InvokeModelInference"}
    return {**row, **values}


def azure_row(version: str = "1.0", **values: Any) -> dict[str, Any]:
    """Return a charge as Microsoft's Cost Management exports write it.

    PricingUnit leaves out the block that PricingQuantity counts.
    """
    row = focus_row(
        "3.6",
        BillingAccountId=BILLING_ACCOUNT,
        BillingCurrency="EUR",
        BillingPeriodStart="2026-10-01T00:00Z",
        BillingPeriodEnd="2026-11-01T00:00Z",
        ChargePeriodStart="2026-10-05T00:00Z",
        ChargePeriodEnd="2026-10-06T00:00Z",
        ChargeDescription="Azure OpenAI GPT5 - GPT 5 Mini Inpt Glbl 1M Tokens",
        ProviderName="Microsoft",
        PublisherName="Microsoft",
        ServiceName="Azure AI Services",
        SubAccountId=SUBSCRIPTION,
        ResourceId=f"{SUBSCRIPTION}/resourceGroups/RG-customer-globex-search-prod/"
        "providers/microsoft.cognitiveservices/accounts/a1",
        RegionId="swedencentral",
        PricingQuantity="16",
        PricingUnit="Units",
        ConsumedQuantity="16000000",
        ConsumedUnit="Units",
    )
    meter = "GPT 5 Mini Inpt Glbl 1M Tokens"
    if version == "1.0":
        row |= {"x_PricingCurrency": "USD", "x_InvoiceId": "E0600ABC"}
    else:
        row |= {"SkuMeter": meter, "PricingCurrency": "USD", "InvoiceId": "E0600ABC"}
    row |= {
        "BillingAccountType": "Billing Account",
        "x_BillingExchangeRate": "0.9",
        "x_PricingBlockSize": "1000000",
        "x_PricingUnitDescription": "1M",
        "x_ResourceGroupName": "RG-customer-globex-search-prod",
        "x_SkuMeterCategory": "Cognitive Services",
        "x_SkuMeterName": meter,
        "x_SkuMeterSubcategory": "Azure OpenAI GPT5",
    }
    return {**row, **values}


def google_row(**values: Any) -> dict[str, Any]:
    """Return a charge as Google's BigQuery view and export write it.

    There is no ServiceCategory, and PricingQuantity is the size of the price's block.
    """
    row = focus_row(
        "0.6",
        BillingAccountId=GOOGLE_ACCOUNT,
        BillingPeriodStart="2026-10-01T07:00:00Z",
        BillingPeriodEnd="2026-11-01T07:00:00Z",
        ChargeDescription="Gemini 2.5 Flash GA Text Input - Predictions",
        ChargePeriodStart="2026-10-05T06:00:00Z",
        ChargePeriodEnd="2026-10-05T07:00:00Z",
        ConsumedQuantity="2000000",
        ConsumedUnit="requests",
        PricingQuantity="1000000",
        PricingUnit="count",
        ProviderName="Google Cloud",
        PublisherName="Google",
        RegionId="us-central1",
        ServiceName="Vertex AI",
        SkuId="FDAB-647C-5A22",
        SubAccountId="prj-search",
        x_CostType="regular",
    )
    del row["ServiceCategory"]
    return {**row, **values}


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as CSV, with the columns of all of them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(n for row in rows for n in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_csv(
    path: Path, rows: Sequence[Mapping[str, Any]], *, encoding: str = "utf-8"
) -> Path:
    """Write rows as CSV, gzipped where the name says so."""
    content = csv_text(rows).encode(encoding)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def write_aws_export(
    root: Path, rows: Sequence[Mapping[str, Any]], *, execution: str = "run-1"
) -> Path:
    """Write October of a Data Export that overwrites itself, as gzipped CSV."""
    inside = "BILLING_PERIOD=2026-10"
    data = root / f"focus/aws-focus/data/{inside}/aws-focus-00001.csv.gz"
    write_csv(data, rows)
    manifest = root / f"focus/aws-focus/metadata/{inside}/aws-focus-Manifest.json"
    manifest.parent.mkdir(parents=True, exist_ok=True)
    uri = f"s3://company-billing/{data.relative_to(root)}"
    content = {"exportName": "aws-focus", "executionId": execution, "dataFiles": [uri]}
    manifest.write_text(json.dumps(content))
    return data


def write_azure_export(
    root: Path, rows: Sequence[Mapping[str, Any]], *, run: str = "01"
) -> Path:
    """Write October of a Cost Management export: parts, and a manifest that counts."""
    folder = root / f"exports/azure-focus/20261001-20261031/2026110{run}/{run}-guid"
    part = write_csv(folder / "part_0_0001.csv", rows, encoding="utf-8-sig")
    blob = {
        "blobName": f"exports/{part.relative_to(root)}",
        "byteCount": part.stat().st_size,
        "dataRowCount": len(rows),
    }
    content = {
        "manifestVersion": "2024-04-01",
        "exportConfig": {"type": "FocusCost", "dataVersion": "1.0"},
        "runInfo": {"submittedTime": f"2026-11-{run}T02:00:00Z"},
        "blobs": [blob],
    }
    (folder / "manifest.json").write_text(json.dumps(content))
    return part


def write_google_export(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write what BigQuery extracts of Google's own export: decimals, pairs, structs."""
    pair = pa.list_(pa.struct([("Key", pa.string()), ("Value", pa.string())]))
    kinds: dict[str, pa.DataType] = {
        "x_Labels": pair,
        "x_ProjectLabels": pair,
        "x_Project": pa.struct([("Id", pa.string()), ("Name", pa.string())]),
        "x_CurrencyConversionRate": pa.float64(),
    }
    table = pa.Table.from_pylist([dict(row) for row in rows])
    for number, name in enumerate(table.column_names):
        kind = kinds.get(name, pa.string())
        if name.endswith(("Cost", "Quantity")):
            kind = pa.decimal128(38, 9)
        elif name.endswith(("Start", "End")):
            kind = pa.timestamp("us", "UTC")
        values = [row.get(name) for row in rows]
        if pa.types.is_timestamp(kind) or pa.types.is_decimal(kind):
            column = pa.array(values, pa.string()).cast(kind)
        else:
            column = pa.array(values, kind)
        table = table.set_column(number, name, column)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return path
