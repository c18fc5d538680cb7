"""The columns of the CUR 2.0 export: names and Parquet types, in delivery order."""

import pyarrow as pa

TEXT = pa.string()
NUMBER = pa.float64()
TIME = pa.timestamp("us", tz="UTC")
TEXT_MAP = pa.map_(pa.string(), pa.string())
NUMBER_MAP = pa.map_(pa.string(), pa.float64())

# Only these are ever filled from the one line; all others come from its template.
LINE_COLUMNS = (
    "identity_time_interval",
    "line_item_usage_start_date",
    "line_item_usage_end_date",
    "line_item_usage_amount",
    "line_item_unblended_cost",
    "line_item_blended_cost",
    "pricing_public_on_demand_cost",
)

_SAVINGS = "savings_plan_"
_RESERVATION = "reservation_"
_SPLIT = "split_line_item_"

COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("bill_bill_type", TEXT),
    ("bill_billing_entity", TEXT),
    ("bill_billing_period_end_date", TIME),
    ("bill_billing_period_start_date", TIME),
    ("bill_invoice_id", TEXT),
    ("bill_invoicing_entity", TEXT),
    ("bill_payer_account_id", TEXT),
    ("bill_payer_account_name", TEXT),
    ("cost_category", TEXT_MAP),
    ("discount", NUMBER_MAP),
    ("discount_bundled_discount", NUMBER),
    ("discount_total_discount", NUMBER),
    ("identity_line_item_id", TEXT),
    ("identity_time_interval", TEXT),
    ("line_item_availability_zone", TEXT),
    ("line_item_blended_cost", NUMBER),
    ("line_item_currency_code", TEXT),
    ("line_item_iam_principal", TEXT),
    ("line_item_legal_entity", TEXT),
    ("line_item_line_item_description", TEXT),
    ("line_item_line_item_type", TEXT),
    ("line_item_net_unblended_cost", NUMBER),
    ("line_item_net_unblended_rate", TEXT),
    ("line_item_normalized_usage_amount", NUMBER),
    ("line_item_operation", TEXT),
    ("line_item_product_code", TEXT),
    ("line_item_resource_id", TEXT),
    ("line_item_tax_type", TEXT),
    ("line_item_unblended_cost", NUMBER),
    ("line_item_unblended_rate", TEXT),
    ("line_item_usage_account_id", TEXT),
    ("line_item_usage_account_name", TEXT),
    ("line_item_usage_amount", NUMBER),
    ("line_item_usage_end_date", TIME),
    ("line_item_usage_start_date", TIME),
    ("line_item_usage_type", TEXT),
    ("pricing_lease_contract_length", TEXT),
    ("pricing_offering_class", TEXT),
    ("pricing_public_on_demand_cost", NUMBER),
    ("pricing_public_on_demand_rate", TEXT),
    ("pricing_purchase_option", TEXT),
    ("pricing_rate_code", TEXT),
    ("pricing_term", TEXT),
    ("pricing_unit", TEXT),
    ("product", TEXT_MAP),
    ("product_from_location", TEXT),
    ("product_instance_type", TEXT),
    ("product_product_family", TEXT),
    ("product_region_code", TEXT),
    ("product_servicecode", TEXT),
    ("product_sku", TEXT),
    ("product_to_location", TEXT),
    (f"{_RESERVATION}amortized_upfront_fee_for_billing_period", NUMBER),
    (f"{_RESERVATION}effective_cost", NUMBER),
    (f"{_RESERVATION}end_time", TEXT),
    (f"{_RESERVATION}net_amortized_upfront_cost_for_usage", NUMBER),
    (f"{_RESERVATION}net_amortized_upfront_fee_for_billing_period", NUMBER),
    (f"{_RESERVATION}net_effective_cost", NUMBER),
    (f"{_RESERVATION}net_recurring_fee_for_usage", NUMBER),
    (f"{_RESERVATION}net_unused_amortized_upfront_fee_for_billing_period", NUMBER),
    (f"{_RESERVATION}net_unused_recurring_fee", NUMBER),
    (f"{_RESERVATION}net_upfront_value", NUMBER),
    (f"{_RESERVATION}reservation_a_r_n", TEXT),
    (f"{_RESERVATION}start_time", TEXT),
    (f"{_RESERVATION}unused_amortized_upfront_fee_for_billing_period", NUMBER),
    (f"{_RESERVATION}unused_recurring_fee", NUMBER),
    ("resource_tags", TEXT_MAP),
    (f"{_SAVINGS}amortized_upfront_commitment_for_billing_period", NUMBER),
    (f"{_SAVINGS}end_time", TEXT),
    (f"{_SAVINGS}net_amortized_upfront_commitment_for_billing_period", NUMBER),
    (f"{_SAVINGS}net_recurring_commitment_for_billing_period", NUMBER),
    (f"{_SAVINGS}net_savings_plan_effective_cost", NUMBER),
    (f"{_SAVINGS}offering_type", TEXT),
    (f"{_SAVINGS}payment_option", TEXT),
    (f"{_SAVINGS}purchase_term", TEXT),
    (f"{_SAVINGS}savings_plan_a_r_n", TEXT),
    (f"{_SAVINGS}savings_plan_effective_cost", NUMBER),
    (f"{_SAVINGS}start_time", TEXT),
    (f"{_SAVINGS}total_commitment_to_date", NUMBER),
    (f"{_SAVINGS}used_commitment", NUMBER),
    (f"{_SPLIT}actual_usage", NUMBER),
    (f"{_SPLIT}net_split_cost", NUMBER),
    (f"{_SPLIT}net_unused_cost", NUMBER),
    (f"{_SPLIT}parent_resource_id", TEXT),
    (f"{_SPLIT}public_on_demand_split_cost", NUMBER),
    (f"{_SPLIT}public_on_demand_unused_cost", NUMBER),
    (f"{_SPLIT}reserved_usage", NUMBER),
    (f"{_SPLIT}split_cost", NUMBER),
    (f"{_SPLIT}split_usage", NUMBER),
    (f"{_SPLIT}split_usage_ratio", NUMBER),
    (f"{_SPLIT}unused_cost", NUMBER),
    ("tags", TEXT_MAP),
)

SCHEMA = pa.schema([pa.field(name, kind) for name, kind in COLUMNS])

_GLUE_NAMES = {
    TEXT: "string",
    NUMBER: "double",
    TIME: "timestamp",
    TEXT_MAP: "map<string,string>",
    NUMBER_MAP: "map<string,double>",
}


def describe_columns() -> list[dict[str, str]]:
    """Give the columns as the export's manifest lists them."""
    return [{"name": name, "type": _GLUE_NAMES[kind]} for name, kind in COLUMNS]
