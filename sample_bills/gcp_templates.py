"""What the rows of one Google Cloud SKU and project share."""

import hashlib
from decimal import Decimal
from typing import Any

from sample_bills.answer_key import UNATTRIBUTED
from sample_bills.catalogue import OtherSku, Sku
from sample_bills.company import Workload
from sample_bills.gcp_export import BILLING_ACCOUNT

SERVICE_IDS = {
    "Vertex AI": "C7E2-9256-1C43",
    "Gemini API": "AEFD-7695-64FA",
    "Vertex AI Search": "74B1-77CF-C302",
}
PROJECT_LABELS = {"prj-globex-ai": "globex", "prj-umbrella-ai": "umbrella-health"}


def find_customer(workload: Workload) -> str:
    """Say whose a row is by what it carries."""
    return UNATTRIBUTED if workload.evidence == "none" else workload.customer


def describe_usage(
    workload: Workload, sku: Sku, *, is_adjustment: bool = False
) -> dict[str, Any]:
    """Describe the rows of an AI SKU in a workload."""
    is_partner = sku.service.startswith("Claude")
    vertex = [_label("goog-vertex-api-location", "global")]
    adjustment = {
        "id": "adj-1",
        "description": "Correction of the price of a past day",
        "mode": "PARTIAL_CORRECTION",
        "type": "PRICE_CORRECTION",
    }
    return {
        **_common(sku.service, sku.sku, sku.sku_id),
        "project": _describe_project(workload.place),
        "labels": [
            *_list_labels(workload),
            *(vertex if sku.service == "Vertex AI" else []),
        ],
        "location": _locate(sku.region),
        "price": _price(sku.unit_price, sku.unit, sku.block),
        "transaction_type": "THIRD_PARTY_RESELLER" if is_partner else "GOOGLE",
        "seller_name": "Anthropic" if is_partner else None,
        "usage": {"unit": "requests", "pricing_unit": sku.unit},
        "cost_type": "adjustment" if is_adjustment else "regular",
        "adjustment_info": adjustment if is_adjustment else None,
        "publisher": "PARTNER" if is_partner else "GOOGLE",
    }


def describe_other(sku: OtherSku) -> dict[str, Any]:
    """Describe the rows of a SKU that has nothing to do with AI."""
    return {
        **_common(sku.service, sku.sku, sku.sku_id),
        "project": _describe_project("prj-platform"),
        "location": _locate(sku.region),
        "price": _price(sku.unit_price, sku.unit, 1),
        "transaction_type": "GOOGLE",
        "usage": {"unit": sku.detail, "pricing_unit": sku.unit},
        "cost_type": "regular",
        "publisher": "GOOGLE",
    }


def describe_invoice(kind: str) -> dict[str, Any]:
    """Describe a row of the invoice itself: a tax or a rounding error."""
    text = {"tax": "Tax", "rounding_error": "Rounding error"}[kind]
    return {
        **_common("Invoice", text, ""),
        "project": None,
        "location": None,
        "usage": {"unit": None, "pricing_unit": None},
        "cost_type": kind,
        "publisher": "GOOGLE",
    }


def _common(service: str, description: str, sku_id: str) -> dict[str, Any]:
    return {
        "billing_account_id": BILLING_ACCOUNT,
        "service": {
            "id": SERVICE_IDS.get(service) or _make_id(service),
            "description": service,
        },
        "sku": {"id": sku_id or _make_id(description), "description": description},
        "labels": [],
        "system_labels": [],
        "tags": [],
        "resource": {"name": None, "global_name": None},
        "currency": "USD",
        "currency_conversion_rate": 1.0,
        "consumption_model": {"id": "7754-699E-0EBF", "description": "Default"},
    }


def _describe_project(place: str) -> dict[str, Any]:
    owner = PROJECT_LABELS.get(place)
    return {
        "id": place,
        "number": str(int(hashlib.sha256(place.encode()).hexdigest()[:10], 16)),
        "name": place,
        "labels": [_label("customer", owner)] if owner else [],
        "ancestry_numbers": "/400000000001/",
        "ancestors": [
            {"resource_name": "organizations/400000000001", "display_name": "sample"}
        ],
    }


def _list_labels(workload: Workload) -> list[dict[str, str]]:
    name = {
        "label": "customer_id",
        "label over project label": "customer_id",
        "short label": "customer",
    }.get(workload.evidence)
    if name is None:
        return []
    return [
        _label(name, workload.customer),
        _label("team", workload.team),
        _label("environment", workload.environment),
        _label("feature", workload.feature),
    ]


def _locate(region: str) -> dict[str, str | None]:
    is_region = "-" in region
    return {
        "location": region,
        "country": "US" if is_region else None,
        "region": region if is_region else None,
        "zone": None,
    }


def _price(price: str, unit: str, quantity: int) -> dict[str, Any]:
    return {
        "effective_price": Decimal(price),
        "tier_start_amount": Decimal(0),
        "unit": unit,
        "pricing_unit_quantity": Decimal(quantity),
        "list_price": Decimal(price),
        "effective_price_default": Decimal(price),
        "list_price_consumption_model": Decimal(price),
    }


def _label(key: str, value: str) -> dict[str, str]:
    return {"key": key, "value": value}


def _make_id(words: str) -> str:
    digest = hashlib.sha256(words.encode()).hexdigest().upper()
    return f"{digest[:4]}-{digest[4:8]}-{digest[8:12]}"
