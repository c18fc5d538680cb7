"""Constants of the Google Cloud bill, with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.columns import Table
from extract.units import SourceSpec

if TYPE_CHECKING:
    from extract.columns import Kind

# Changes when the way the files are read changes, so that loaded months are read anew.
READER_VERSION = "3"

# Claude is one service per model ("Claude Opus 4.6"), so it needs a pattern; % stands
# for any text. The older and newer names of one service are both kept, because a month
# that was exported keeps the name it was exported with.
SERVICE_NAMES = [
    "Vertex AI",
    "Vertex AI Search",
    "Gemini API",
    "Generative Language API",
    "Gemini Enterprise Agent Platform",
    "Cloud AI Platform",
    "Cloud Machine Learning Engine",
    "Duet AI",
    "Claude%",
]

# Corrections come with the invoice month in which they are issued, up to a few days
# after its end; a promotion or a resold account is settled within the following one.
LOOK_BACK_PERIODS = 2

REQUIRED = ("cost", "currency", "service.description", "usage_start_time")

# Landed column, its field in the export, and its type.
ROWS: dict[str, tuple[str, Kind]] = {
    "billing_account_id": ("billing_account_id", "text"),
    "service_id": ("service.id", "text"),
    "service_description": ("service.description", "text"),
    "sku_id": ("sku.id", "text"),
    "sku_description": ("sku.description", "text"),
    "usage_start_time": ("usage_start_time", "timestamp"),
    "usage_end_time": ("usage_end_time", "timestamp"),
    "project_id": ("project.id", "text"),
    "project_number": ("project.number", "text"),
    "project_name": ("project.name", "text"),
    "project_labels": ("project.labels", "text"),
    "labels": ("labels", "text"),
    "system_labels": ("system_labels", "text"),
    "tags": ("tags", "text"),
    "location_location": ("location.location", "text"),
    "location_country": ("location.country", "text"),
    "location_region": ("location.region", "text"),
    "location_zone": ("location.zone", "text"),
    "resource_name": ("resource.name", "text"),
    "resource_global_name": ("resource.global_name", "text"),
    "transaction_type": ("transaction_type", "text"),
    "seller_name": ("seller_name", "text"),
    "export_time": ("export_time", "timestamp"),
    "cost": ("cost", "double"),
    "currency": ("currency", "text"),
    "currency_conversion_rate": ("currency_conversion_rate", "double"),
    "usage_amount": ("usage.amount", "double"),
    "usage_unit": ("usage.unit", "text"),
    "usage_amount_in_pricing_units": ("usage.amount_in_pricing_units", "double"),
    "usage_pricing_unit": ("usage.pricing_unit", "text"),
    "credits": ("credits", "text"),
    "credits_amount": ("", "double"),
    "credits_promotion_amount": ("", "double"),
    "invoice_month": ("invoice.month", "text"),
    "invoice_publisher_type": ("invoice.publisher_type", "text"),
    "cost_type": ("cost_type", "text"),
    "adjustment_info_id": ("adjustment_info.id", "text"),
    "adjustment_info_description": ("adjustment_info.description", "text"),
    "adjustment_info_mode": ("adjustment_info.mode", "text"),
    "adjustment_info_type": ("adjustment_info.type", "text"),
    "price_unit": ("price.unit", "text"),
    "price_effective_price": ("price.effective_price", "double"),
    "cost_at_list": ("cost_at_list", "double"),
}

# Landed as the text of a JSON object (labels) or array (credits).
JSON_COLUMNS = ("project_labels", "labels", "system_labels", "tags", "credits")

# What is read of credits that are the text of a JSON array.
CREDITS = '[{"amount": "DOUBLE", "type": "VARCHAR"}]'

PAIRS = "STRUCT(key VARCHAR, value VARCHAR)[]"
# What files of JSON lines may have, by DuckDB's types. BigQuery writes decimals and
# times as text.
JSON_TYPES = {
    "billing_account_id": "VARCHAR",
    "service": "STRUCT(id VARCHAR, description VARCHAR)",
    "sku": "STRUCT(id VARCHAR, description VARCHAR)",
    "usage_start_time": "VARCHAR",
    "usage_end_time": "VARCHAR",
    "project": f"STRUCT(id VARCHAR, number VARCHAR, name VARCHAR, labels {PAIRS})",
    "labels": PAIRS,
    "system_labels": PAIRS,
    "tags": PAIRS,
    "location": (
        "STRUCT(location VARCHAR, country VARCHAR, region VARCHAR, zone VARCHAR)"
    ),
    "resource": "STRUCT(name VARCHAR, global_name VARCHAR)",
    "transaction_type": "VARCHAR",
    "seller_name": "VARCHAR",
    "export_time": "VARCHAR",
    "cost": "DOUBLE",
    "currency": "VARCHAR",
    "currency_conversion_rate": "DOUBLE",
    "usage": (
        "STRUCT(amount DOUBLE, unit VARCHAR, amount_in_pricing_units DOUBLE, "
        "pricing_unit VARCHAR)"
    ),
    "credits": (
        "STRUCT(name VARCHAR, amount DOUBLE, full_name VARCHAR, id VARCHAR, "
        "type VARCHAR)[]"
    ),
    "invoice": "STRUCT(month VARCHAR, publisher_type VARCHAR)",
    "cost_type": "VARCHAR",
    "adjustment_info": (
        "STRUCT(id VARCHAR, description VARCHAR, mode VARCHAR, type VARCHAR)"
    ),
    "price": "STRUCT(unit VARCHAR, effective_price DOUBLE)",
    "cost_at_list": "DOUBLE",
}

# The bill has no row id; rows that agree in all of these are taken for the same one.
KNOWN_BY = (
    "usage_start_time",
    "export_time",
    "sku_id",
    "project_id",
    "labels",
    "resource_name",
    "cost",
    "usage_amount",
    "cost_type",
)

# By these the rest of the bill is added up. The currency has to be the last.
TOTALS_BY = (
    "billing_account_id",
    "invoice_month",
    "service_id",
    "service_description",
    "cost_type",
    "currency",
)

SPEC = SourceSpec(
    name="gcp_billing",
    cloud_provider="GCP",
    dataset="raw_gcp",
    landed=Table(
        name="billing_rows",
        columns={
            "load_id": "text",
            "source_file": "text",
            **{name: kind for name, (_, kind) in ROWS.items()},
        },
        currency="currency",
        costs=("cost", "credits_amount"),
    ),
    totals=Table(
        name="filtered_totals",
        columns={
            "load_id": "text",
            **dict.fromkeys(TOTALS_BY, "text"),
            "line_count": "bigint",
            "cost": "money",
            "credits_amount": "money",
        },
        currency="currency",
        costs=("cost", "credits_amount"),
        rows="line_count",
    ),
    shrink_hint=(
        "Usually the export job has not written all its files yet, or "
        "sources.gcp_billing.service_names was narrowed."
    ),
    empty_hint="Usually the export job has not written its files yet.",
)
