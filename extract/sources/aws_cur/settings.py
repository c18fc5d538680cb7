"""Constants of the AWS bill, with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.columns import Table
from extract.units import SourceSpec

if TYPE_CHECKING:
    from extract.columns import Kind

# Changes when the way the files are read changes, so that loaded periods are read anew.
READER_VERSION = "3"

# AmazonBedrock holds only part of Bedrock: Claude since version 4 is billed by
# AmazonBedrockService or, under opaque product codes, by the Marketplace (which the
# product's name and the resource tell, see the two lists below). SageMaker is no LLM
# service as such, but LLMs are hosted and trained on it; what its savings plans cover
# is billed and taken back under its own code, and paid for under that of the plans.
AI_PRODUCT_CODES = [
    "AmazonBedrock",
    "AmazonBedrockService",
    "AmazonBedrockFoundationModels",
    "AmazonBedrockAgentCore",
    "AmazonSageMaker",
    "MachineLearningSavingsPlans",
]

# Product names of AWS Marketplace: "Claude Opus 4.7 (Amazon Bedrock Edition)".
AI_MARKETPLACE_PRODUCTS = ["%Bedrock%"]
AI_RESOURCES = ["arn:aws%:bedrock:%"]

# A month may change for about two weeks after it ends, and credits come later still.
LOOK_BACK_PERIODS = 2

# Without these a line cannot be dated, valued or told apart; any other column may be
# missing, since the export's owner chooses them.
REQUIRED = (
    "line_item_line_item_type",
    "line_item_product_code",
    "line_item_unblended_cost",
    "line_item_usage_amount",
    "line_item_usage_start_date",
)

LINES: dict[str, Kind] = {
    "load_id": "text",
    "source_file": "text",
    "identity_line_item_id": "text",
    "identity_time_interval": "text",
    "bill_billing_period_start_date": "timestamp",
    "bill_bill_type": "text",
    "bill_billing_entity": "text",
    "bill_invoice_id": "text",
    "bill_invoicing_entity": "text",
    "bill_payer_account_id": "text",
    "line_item_legal_entity": "text",
    "line_item_usage_account_id": "text",
    "line_item_usage_account_name": "text",
    "line_item_usage_start_date": "timestamp",
    "line_item_usage_end_date": "timestamp",
    "line_item_line_item_type": "text",
    "line_item_tax_type": "text",
    "line_item_product_code": "text",
    "line_item_usage_type": "text",
    "line_item_operation": "text",
    "line_item_line_item_description": "text",
    "line_item_resource_id": "text",
    "line_item_iam_principal": "text",
    "line_item_usage_amount": "double",
    "line_item_currency_code": "text",
    "line_item_unblended_cost": "double",
    "line_item_net_unblended_cost": "double",
    "pricing_unit": "text",
    "pricing_term": "text",
    "pricing_public_on_demand_cost": "double",
    "product_product_name": "text",
    "product_servicecode": "text",
    "product_product_family": "text",
    "product_sku": "text",
    "product_region_code": "text",
    "product_region": "text",
    "product_instance_type": "text",
    "savings_plan_savings_plan_a_r_n": "text",
    "savings_plan_savings_plan_effective_cost": "double",
    "savings_plan_total_commitment_to_date": "double",
    "savings_plan_used_commitment": "double",
    "reservation_effective_cost": "double",
    "reservation_unused_amortized_upfront_fee_for_billing_period": "double",
    "reservation_unused_recurring_fee": "double",
    "discount_total_discount": "double",
    "resource_tags": "text",
    "cost_category": "text",
    "tags": "text",
}

# Columns that hold a map and are landed as the text of a JSON object.
MAPS = ("resource_tags", "cost_category", "tags")

# Columns of the older report that are keys of the product map in CUR 2.0.
PRODUCT_KEYS = {"product_product_name": "product_name", "product_region": "region"}

# By these the rest of the bill is added up. The currency has to be the last.
TOTALS_BY = (
    "bill_payer_account_id",
    "line_item_usage_account_id",
    "bill_billing_entity",
    "line_item_product_code",
    "line_item_line_item_type",
    "line_item_currency_code",
)

SPEC = SourceSpec(
    name="aws_cur",
    cloud_provider="AWS",
    dataset="raw_aws",
    landed=Table(
        name="cur_line_items",
        columns=LINES,
        currency="line_item_currency_code",
        costs=("line_item_unblended_cost",),
    ),
    totals=Table(
        name="cur_filtered_totals",
        columns={
            "load_id": "text",
            "billing_period": "text",
            **dict.fromkeys(TOTALS_BY, "text"),
            "line_count": "bigint",
            "unblended_cost": "money",
        },
        currency="line_item_currency_code",
        costs=("unblended_cost",),
        rows="line_count",
    ),
    shrink_hint=(
        "Usually the delivery is not complete, or sources.aws_cur.ai_product_codes was "
        "narrowed."
    ),
    account_hint="add bill_payer_account_id to the export's query",
)
