"""What the lines of one AWS resource share: everything but the hour and the amount."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from sample_bills.answer_key import NOT_A_MODEL, UNATTRIBUTED, Answer
from sample_bills.catalogue import OtherSku, Sku
from sample_bills.company import Workload
from sample_bills.money import read_price

PAYER = "111111111111"
ACCOUNTS = {
    "111111111111": "sample-company-billing",
    "222222222222": "prod-shared",
    "333333333333": "wayne-enterprises",
    "444444444444": "research",
}
ACCOUNT_OWNERS = {"333333333333": "wayne-enterprises"}
MARKETPLACE = "AWS Marketplace"
AWS_ENTITY = "Amazon Web Services EMEA SARL"
# The one code of a Marketplace model that is public; the others are made alike.
KNOWN_CODES = {
    "Claude 3.5 Sonnet (Amazon Bedrock Edition)": "4a524th30q694o538qndh9ucht"
}
AI_PRODUCT_CODES = (
    "AmazonBedrock",
    "AmazonBedrockService",
    "AmazonBedrockAgentCore",
    "AmazonSageMaker",
    "MachineLearningSavingsPlans",
)
MODEL_IDS = {
    "claude-opus-4-7": "anthropic.claude-opus-4-7",
    "claude-sonnet-4-6": "anthropic.claude-sonnet-4-6",
    "claude-sonnet-4": "anthropic.claude-sonnet-4-20250514-v1:0",
    "claude-haiku-4-5": "anthropic.claude-haiku-4-5-20251001-v1:0",
    "claude-3-5-sonnet": "anthropic.claude-3-5-sonnet-20240620-v1:0",
}


@dataclass(frozen=True, slots=True)
class Template:
    """The shared values of a resource's lines, and what they mean for the key.

    `effective` is the effective cost of one line in nano dollars, where it is not what
    the line is billed.
    """

    values: dict[str, Any]
    answer: Answer | None
    rate: int
    block: int
    is_listed: bool
    is_token: bool = False
    has_usage: bool = True
    effective: int | None = None


def make_id(*words: object, length: int = 52) -> str:
    """Make an identifier that is the same in every delivery."""
    digest = hashlib.sha512("|".join(str(word) for word in words).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:length]


def product_code(sku: Sku) -> str:
    """Give a line's product code; that of a Marketplace model is opaque."""
    if sku.service != "MP":
        return sku.service
    return KNOWN_CODES.get(sku.product) or make_id("product", sku.product, length=26)


def is_ai_code(code: str, product_name: str) -> bool:
    """Say whether a product code's lines, taxes and credits are about AI."""
    return code in AI_PRODUCT_CODES or "Bedrock" in product_name


def describe_usage(workload: Workload, sku: Sku, caller: int) -> Template:
    """Describe the lines of one SKU of one workload and caller."""
    is_marketplace = sku.service == "MP"
    signs = _show_evidence(workload, sku, caller)
    region = {"product_name": sku.product, "region": sku.region}
    servicecode = None if is_marketplace else sku.service
    # A real month has no region code on half of its usage lines, only the map's key.
    has_region_code = len(sku.sku) % 2 == 0 and not is_marketplace
    values = {
        **_common(workload.place, product_code(sku), "Usage"),
        "bill_billing_entity": MARKETPLACE if is_marketplace else "AWS",
        "line_item_legal_entity": _seller(sku) if is_marketplace else AWS_ENTITY,
        "line_item_usage_type": sku.sku,
        "line_item_operation": sku.operation or None,
        "line_item_line_item_description": sku.description,
        "line_item_unblended_rate": sku.unit_price,
        "pricing_term": "OnDemand",
        "pricing_unit": sku.unit,
        "pricing_public_on_demand_rate": "0" if is_marketplace else sku.unit_price,
        "product": {**region, **({"servicename": sku.product} if servicecode else {})},
        "product_servicecode": servicecode,
        "product_region_code": sku.region if has_region_code else None,
        "product_sku": make_id("sku", sku.sku, sku.product, length=16).upper(),
        "product_instance_type": sku.sku.partition("Host:")[2] or None,
        **signs.values,
    }
    return Template(
        values=values,
        answer=Answer(signs.customer, sku.model, sku.token_type),
        rate=read_price(sku.unit_price, 10),
        block=sku.block,
        is_listed=not is_marketplace,
        is_token=sku.is_token,
    )


def describe_other(sku: OtherSku, account: str, number: int) -> Template:
    """Describe the lines of a resource that has nothing to do with AI."""
    name = make_id("resource", sku.sku, account, number, length=17)
    values = {
        **_common(account, sku.service, "Usage"),
        "line_item_usage_type": sku.sku,
        "line_item_operation": sku.operation or None,
        "line_item_line_item_description": sku.description,
        "line_item_resource_id": f"arn:aws:{sku.service}:{sku.region}:{account}:{name}",
        "line_item_unblended_rate": sku.unit_price,
        "pricing_term": "OnDemand",
        "pricing_unit": sku.unit,
        "pricing_public_on_demand_rate": sku.unit_price,
        "product": {"product_name": sku.product, "region": sku.region},
        "product_servicecode": sku.service,
        "product_product_family": sku.detail,
        "product_region_code": sku.region if number % 2 else None,
        "resource_tags": {"user_team": "platform"} if number % 3 == 0 else {},
    }
    return Template(values, None, read_price(sku.unit_price, 10), 1, is_listed=True)


def describe_charge(  # noqa: PLR0913 - a charge is what these say, all by name
    *,
    account: str,
    code: str,
    product_name: str,
    kind: str,
    description: str,
    tags: dict[str, str] | None = None,
) -> Template:
    """Describe a line that is no usage: a tax, credit, refund, discount or fee."""
    is_marketplace = "(Amazon Bedrock Edition)" in product_name
    values = {
        **_common(account, code, kind),
        "bill_billing_entity": MARKETPLACE if is_marketplace else "AWS",
        "line_item_legal_entity": "Anthropic PBC" if is_marketplace else AWS_ENTITY,
        "line_item_line_item_description": description,
        "line_item_tax_type": "VAT" if kind == "Tax" else None,
        "product": {"product_name": product_name},
        "product_servicecode": None if kind == "Tax" or is_marketplace else code,
        "resource_tags": tags or {},
        "bill_bill_type": "Refund" if kind == "Refund" else "Anniversary",
    }
    answer = None
    if is_ai_code(code, product_name):
        customer = (tags or {}).get("user_customer") or ACCOUNT_OWNERS.get(account)
        model = _model_of_product(product_name) if is_marketplace else NOT_A_MODEL
        answer = Answer(customer or UNATTRIBUTED, model, "other")
    return Template(values, answer, 0, 1, is_listed=False, has_usage=False)


@dataclass(frozen=True, slots=True)
class _Signs:
    values: dict[str, Any]
    customer: str


def _show_evidence(workload: Workload, sku: Sku, caller: int) -> _Signs:
    account, customer = workload.place, workload.customer
    kind, _, weaker = workload.evidence.partition(" over ")
    is_bedrock = sku.service != "AmazonSageMaker"
    tags: dict[str, str] = {}
    if kind == "tag":
        tags["user_customer"] = customer
    if kind in {"tag", "profile"} or account == "444444444444":
        tags |= {
            "user_team": workload.team,
            "user_environment": workload.environment,
            "user_feature": workload.feature,
        }
    role = "app-gateway"
    if "principal" in {kind, weaker}:
        role = f"llm-customer-{workload.evidence_customer or customer}"
    if "profile" in {kind, weaker}:
        owner = workload.evidence_customer or customer
        suffix = make_id("profile", owner, workload.name, length=12)
        path = f"application-inference-profile/customer-{owner}-{suffix}"
        resource = f"arn:aws:bedrock:{sku.region}:{account}:{path}"
    elif not is_bedrock:
        resource = f"arn:aws:sagemaker:{sku.region}:{account}:endpoint/{workload.name}"
    elif sku.model in MODEL_IDS:
        path = f"foundation-model/{MODEL_IDS[sku.model]}"
        resource = f"arn:aws:bedrock:{sku.region}::{path}"
    else:
        resource = ""
    principal = f"arn:aws:sts::{account}:assumed-role/{role}/caller-{caller}"
    found = {"account": ACCOUNT_OWNERS.get(account, ""), "none": ""}.get(kind, customer)
    return _Signs(
        {
            "resource_tags": tags,
            "line_item_resource_id": resource or None,
            "line_item_iam_principal": principal if is_bedrock else None,
        },
        found or UNATTRIBUTED,
    )


def _common(account: str, code: str, kind: str) -> dict[str, Any]:
    return {
        "bill_bill_type": "Anniversary",
        "bill_billing_entity": "AWS",
        "bill_invoicing_entity": AWS_ENTITY,
        "bill_payer_account_id": PAYER,
        "bill_payer_account_name": ACCOUNTS[PAYER],
        "cost_category": {},
        "line_item_currency_code": "USD",
        "line_item_legal_entity": AWS_ENTITY,
        "line_item_line_item_type": kind,
        "line_item_product_code": code,
        "line_item_usage_account_id": account,
        "line_item_usage_account_name": ACCOUNTS[account],
        "resource_tags": {},
        "tags": {},
    }


def _seller(sku: Sku) -> str:
    return "Anthropic PBC" if sku.model.startswith("claude") else AWS_ENTITY


def _model_of_product(product_name: str) -> str:
    name = product_name.partition(" (")[0]
    return name.lower().replace(" ", "-").replace(".", "-")
