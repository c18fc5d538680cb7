"""Constants of the FOCUS files, with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.columns import Table
from extract.units import SourceSpec

if TYPE_CHECKING:
    from extract.columns import Kind

# Changes when the way the files are read changes, so that loaded bills are read anew.
READER_VERSION = "2"

# How ProviderName is spelled, in lower case: by the clouds' own exports, by Google's
# BigQuery view, and by tools that make FOCUS files out of bills.
PROVIDERS = {
    "aws": "AWS",
    "amazon web services": "AWS",
    "amazon web services, inc.": "AWS",
    "microsoft": "Azure",
    "microsoft azure": "Azure",
    "azure": "Azure",
    "google": "GCP",
    "google cloud": "GCP",
    "google cloud platform": "GCP",
    "gcp": "GCP",
}

# FOCUS has a category for it, but Google's own export leaves it out, and a model that
# is sold through a marketplace may be put under another one.
SERVICE_CATEGORIES = ["AI and Machine Learning"]

# Tried on ServiceName, on AWS's x_ServiceCode and on Azure's x_SkuMeterCategory; the
# same services as in the other sources. % stands for any text.
SERVICE_NAMES = [
    "%Bedrock%",
    "%SageMaker%",
    "Foundry Models",
    "Foundry Tools",
    "Cognitive Services",
    "Azure OpenAI%",
    "Azure AI Foundry%",
    "Azure AI Services",
    "SaaS",
    "Vertex AI%",
    "Gemini API",
    "Generative Language API",
    "Gemini Enterprise Agent Platform",
    "Cloud AI Platform",
    "Cloud Machine Learning Engine",
    "Duet AI",
    "Claude%",
]

# The clouds restate a month for about two weeks after it ends, credits come later.
LOOK_BACK_PERIODS = 2

# Without these a charge cannot be dated, valued or told apart. The specification has
# more mandatory columns, and Google's own export lacks four of those.
REQUIRED = (
    "BilledCost",
    "EffectiveCost",
    "ListCost",
    "BillingAccountId",
    "BillingCurrency",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeDescription",
    "ChargePeriodStart",
    "PricingQuantity",
    "PricingUnit",
    "ServiceName",
)
# ProviderName is called the second from FOCUS 1.3 on.
PROVIDER_COLUMNS = ("ProviderName", "ServiceProviderName")

# Landed column, the column of the file, and its type. A dot leads into a struct.
ROWS: dict[str, tuple[str, Kind]] = {
    "provider_name": ("ProviderName", "text"),
    "publisher_name": ("PublisherName", "text"),
    "invoice_issuer_name": ("InvoiceIssuerName", "text"),
    "billing_account_id": ("BillingAccountId", "text"),
    "sub_account_id": ("SubAccountId", "text"),
    "sub_account_name": ("SubAccountName", "text"),
    "billing_period_start": ("BillingPeriodStart", "timestamp"),
    "charge_period_start": ("ChargePeriodStart", "timestamp"),
    "charge_period_end": ("ChargePeriodEnd", "timestamp"),
    "charge_category": ("ChargeCategory", "text"),
    "charge_class": ("ChargeClass", "text"),
    "charge_description": ("ChargeDescription", "text"),
    "charge_frequency": ("ChargeFrequency", "text"),
    "commitment_discount_id": ("CommitmentDiscountId", "text"),
    "commitment_discount_status": ("CommitmentDiscountStatus", "text"),
    "service_category": ("ServiceCategory", "text"),
    "service_name": ("ServiceName", "text"),
    "sku_id": ("SkuId", "text"),
    "sku_meter": ("SkuMeter", "text"),
    "sku_price_id": ("SkuPriceId", "text"),
    "pricing_category": ("PricingCategory", "text"),
    "pricing_quantity": ("PricingQuantity", "double"),
    "pricing_unit": ("PricingUnit", "text"),
    "consumed_quantity": ("ConsumedQuantity", "double"),
    "consumed_unit": ("ConsumedUnit", "text"),
    "billing_currency": ("BillingCurrency", "text"),
    "pricing_currency": ("PricingCurrency", "text"),
    "billed_cost": ("BilledCost", "money"),
    "effective_cost": ("EffectiveCost", "money"),
    "list_cost": ("ListCost", "money"),
    "contracted_cost": ("ContractedCost", "money"),
    "invoice_id": ("InvoiceId", "text"),
    "region_id": ("RegionId", "text"),
    "resource_id": ("ResourceId", "text"),
    "resource_name": ("ResourceName", "text"),
    "resource_type": ("ResourceType", "text"),
    "tags": ("Tags", "text"),
    # AWS
    "x_service_code": ("x_ServiceCode", "text"),
    "x_usage_type": ("x_UsageType", "text"),
    "x_operation": ("x_Operation", "text"),
    # Microsoft
    "x_sku_meter_category": ("x_SkuMeterCategory", "text"),
    "x_sku_meter_subcategory": ("x_SkuMeterSubcategory", "text"),
    "x_sku_meter_name": ("x_SkuMeterName", "text"),
    "x_sku_description": ("x_SkuDescription", "text"),
    "x_pricing_unit_description": ("x_PricingUnitDescription", "text"),
    "x_pricing_currency": ("x_PricingCurrency", "text"),
    "x_billing_exchange_rate": ("x_BillingExchangeRate", "double"),
    "x_resource_group_name": ("x_ResourceGroupName", "text"),
    "x_invoice_id": ("x_InvoiceId", "text"),
    # Google
    "x_labels": ("x_Labels", "text"),
    "x_project_labels": ("x_ProjectLabels", "text"),
    "x_currency_conversion_rate": ("x_CurrencyConversionRate", "double"),
    # What `llm-costs export focus` adds
    "x_model": ("x_Model", "text"),
    "x_model_vendor": ("x_ModelVendor", "text"),
    "x_token_type": ("x_TokenType", "text"),
    "x_pricing_tier": ("x_PricingTier", "text"),
    "x_project": ("x_Project", "text"),
    "x_unified_cost_id": ("x_UnifiedCostId", "text"),
}

# Landed as the text of a JSON object, whether the file has a map, pairs or JSON.
JSON_COLUMNS = ("tags", "x_labels", "x_project_labels")

# FOCUS has no row id; rows that agree in all of these are taken for the same one.
KNOWN_BY = (
    "charge_period_start",
    "charge_period_end",
    "charge_category",
    "charge_description",
    "sub_account_id",
    "resource_id",
    "sku_id",
    "sku_price_id",
    "pricing_quantity",
    "billed_cost",
    "tags",
)
KEEP_ONE = (
    "Files that no manifest lists are parts of a bill: keep the newer one of these "
    "below sources.focus_costs.export_url, in the place of the older."
)

# By these the rest of the bill is added up. The currency has to be the last.
TOTALS_BY = (
    "provider_name",
    "billing_account_id",
    "sub_account_id",
    "service_name",
    "charge_category",
    "billing_currency",
)

SPEC = SourceSpec(
    name="focus_costs",
    cloud_provider="",
    dataset="raw_focus",
    landed=Table(
        name="cost_rows",
        columns={
            "load_id": "text",
            "source_file": "text",
            "focus_version": "text",
            **{name: kind for name, (_, kind) in ROWS.items()},
        },
        currency="billing_currency",
        costs=("billed_cost",),
    ),
    totals=Table(
        name="filtered_totals",
        columns={
            "load_id": "text",
            "billing_period": "text",
            **dict.fromkeys(TOTALS_BY, "text"),
            "line_count": "bigint",
            "billed_cost": "money",
        },
        currency="billing_currency",
        costs=("billed_cost",),
        rows="line_count",
    ),
    shrink_hint=(
        "Usually the export has not written all its files yet, or "
        "sources.focus_costs.service_names was narrowed."
    ),
    sub_accounts="sub_account_id",
)
