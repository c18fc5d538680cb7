"""Tiny bills for the extractors' tests, written the way the providers deliver them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TAGS = pa.map_(pa.string(), pa.string())
CUR_SCHEMA = pa.schema(
    [
        ("identity_line_item_id", pa.string()),
        ("bill_billing_entity", pa.string()),
        ("bill_payer_account_id", pa.string()),
        ("line_item_usage_account_id", pa.string()),
        ("line_item_usage_start_date", pa.timestamp("us", "UTC")),
        ("line_item_line_item_type", pa.string()),
        ("line_item_product_code", pa.string()),
        ("line_item_usage_type", pa.string()),
        ("line_item_resource_id", pa.string()),
        ("line_item_usage_amount", pa.float64()),
        ("line_item_currency_code", pa.string()),
        ("line_item_unblended_cost", pa.float64()),
        ("product", TAGS),
        ("resource_tags", TAGS),
    ]
)
EXPORT = "exports/llm-costs"
GCP_ACCOUNT = "01A2B3-C4D5E6-F70819"
SCOPE = "subscriptions/00000000-0000-0000-0000-000000000001"


def cur_line(number: int = 1, cost: float = 1.0, **values: Any) -> dict[str, Any]:
    """Return a line of an AI service, changed by the given values."""
    line = {
        "identity_line_item_id": f"line-{number}",
        "bill_billing_entity": "AWS",
        "bill_payer_account_id": "111111111111",
        "line_item_usage_account_id": "222222222222",
        "line_item_usage_start_date": datetime(2026, 10, 1 + number % 28),  # noqa: DTZ001
        "line_item_line_item_type": "Usage",
        "line_item_product_code": "AmazonBedrock",
        "line_item_usage_type": "USE1-NovaPro-input-tokens",
        "line_item_resource_id": "",
        "line_item_usage_amount": 10.0,
        "line_item_currency_code": "USD",
        "line_item_unblended_cost": cost,
        "product": [("product_name", "Amazon Bedrock"), ("region", "us-east-1")],
        "resource_tags": [("user_customer", "acme")],
    }
    return {**line, **values}


def cur_lines(ai: int = 10, other: int = 5) -> list[dict[str, Any]]:
    """Return AI lines of 1 USD each and S3 lines of 0.1 USD each."""
    return [cur_line(n) for n in range(ai)] + [
        cur_line(n, 0.1, line_item_product_code="AmazonS3") for n in range(other)
    ]


def write_cur(  # noqa: PLR0913
    bucket: Path,
    period: str,
    lines: Sequence[Mapping[str, Any]],
    *,
    files: int = 1,
    run: str = "",
    schema: pa.Schema = CUR_SCHEMA,
    execution: str = "execution-1",
) -> list[Path]:
    """Write a delivery of a period; ``run`` is the folder of the create-new layout."""
    folder = bucket / EXPORT / f"data/BILLING_PERIOD={period}" / run
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(files):
        path = folder / f"llm-costs-{number + 1:05d}.snappy.parquet"
        part = [dict(line) for line in lines[number::files]]
        pq.write_table(pa.Table.from_pylist(part, schema), path)
        paths.append(path)
    keys = [f"s3://real-bucket/{path.relative_to(bucket)}" for path in paths]
    write_manifest(bucket, period, keys, execution=execution)
    return paths


def write_manifest(
    bucket: Path, period: str, data_files: object, *, execution: str = "execution-1"
) -> Path:
    """Write the manifest of a period."""
    folder = bucket / EXPORT / f"metadata/BILLING_PERIOD={period}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "llm-costs-Manifest.json"
    content = {
        "exportName": "llm-costs",
        "executionId": execution,
        "columns": [{"name": name, "type": "string"} for name in CUR_SCHEMA.names],
        "dataFiles": data_files,
    }
    path.write_text(json.dumps(content))
    return path


def gcp_row(number: int = 1, cost: float = 2.0, **values: Any) -> dict[str, Any]:
    """Return a row of the detailed export, with two credits."""
    row = {
        "billing_account_id": GCP_ACCOUNT,
        "service": {"id": "C7E2-9256-1C43", "description": "Vertex AI"},
        "sku": {"id": "SKU", "description": "Gemini 2.5 Flash Text Input"},
        "usage_start_time": datetime(2026, 10, 1 + number % 28),  # noqa: DTZ001
        "project": {"id": "p", "labels": [{"key": "customer", "value": "acme"}]},
        "labels": [
            {"key": "customer_id", "value": "acme"},
            {"key": "customer_id", "value": "repeated"},
        ],
        "cost": cost,
        "currency": "USD",
        "usage": {"amount": 1000.0, "unit": "requests"},
        "credits": [
            {"name": "a", "amount": -0.25, "type": "PROMOTION"},
            {"name": "b", "amount": -0.5, "type": "DISCOUNT"},
        ],
        "invoice": {"month": "202610"},
        "cost_type": "regular",
    }
    return {**row, **values}


def write_gcp(export: Path, month: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write one invoice month of one billing account."""
    folder = export / GCP_ACCOUNT / f"invoice_month={month}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "part-00001.parquet"
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
    return path


def azure_row(number: int = 1, cost: float = 3.0, **values: Any) -> dict[str, Any]:
    """Return a recorded row with every dimension."""
    row = {
        "Cost": cost,
        "UsageQuantity": 1.5,
        "UsageDate": 20261001 + number % 28,
        "ResourceId": f"/{SCOPE}/resourcegroups/rg/providers/p/accounts/a{number}",
        "ResourceGroupName": "rg-customer-acme-search-prod",
        "ResourceLocation": "eastus",
        "ResourceType": "microsoft.cognitiveservices/accounts",
        "SubscriptionId": SCOPE.rpartition("/")[2],
        "ServiceName": "Foundry Models",
        "MeterCategory": "Foundry Models",
        "MeterSubcategory": "Azure OpenAI GPT5",
        "Meter": "gpt 5 mini Inp glbl 1M Tokens",
        "UnitOfMeasure": "1M",
        "ChargeType": "Usage",
        "PublisherType": "Microsoft",
        "PricingModel": "OnDemand",
        "Frequency": "UsageBased",
        "Tags": ['"customer":"acme"'],
        "Currency": "EUR",
    }
    return {**row, **values}


def write_azure(
    folder: Path, month: str, rows: Sequence[Mapping[str, Any]], kind: str = "query"
) -> Path:
    """Write the recorded answer for one month; query-amortized is the other cost."""
    path = folder / SCOPE / kind / month / "page-0001.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(azure_row())
    columns = [{"name": name, "type": "String"} for name in names]
    values = [[row[name] for name in names] for row in rows]
    page = {"properties": {"nextLink": None, "columns": columns, "rows": values}}
    path.write_text(json.dumps(page))
    return path
