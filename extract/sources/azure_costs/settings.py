"""Constants of the Azure bill, with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.columns import Table
from extract.units import SourceSpec

if TYPE_CHECKING:
    from extract.columns import Kind

# Changes when the way answers are read changes, so that loaded months are landed anew.
READER_VERSION = "3"
EXPORT_READER_VERSION = "2"
# As invoiced: a commitment's fee on the day it is charged, what it covers for nothing.
ACTUAL = "ActualCost"
# The fee spread over what it covers, and over what was left unused.
AMORTIZED = "AmortizedCost"
# The export of both in FOCUS's columns, which another source loads.
FOCUS = "FocusCost"

# Charges that only spreading makes: what nobody used of a commitment.
UNUSED = ("UnusedReservation", "UnusedSavingsPlan")

# The same services under their names before and after the renaming of 2025; filter
# values that match nothing are not an error, so both are always asked for. SaaS holds
# models of the Marketplace, such as Claude, and whatever else was bought there.
SERVICE_NAMES = [
    "Foundry Models",
    "Foundry Tools",
    "Cognitive Services",
    "Azure OpenAI",
    "Azure AI Foundry",
    "Azure AI Services",
    "SaaS",
]

# All that tells a model, a customer or a charge apart. Two groupings are documented and
# more are answered on most agreements, so the list is tried first and cut when refused.
GROUPINGS = [
    "ResourceId",
    "ResourceGroupName",
    "ResourceLocation",
    "ServiceName",
    "MeterCategory",
    "MeterSubcategory",
    "Meter",
    "UnitOfMeasure",
    "ChargeType",
    "PublisherType",
    "PricingModel",
]
FALLBACK_GROUPINGS = (
    ["ResourceId", "Meter", "MeterSubcategory"],
    ["ResourceId", "Meter"],
)
# Resources are told within a subscription only; a wider scope tells which one it was.
WIDE_FALLBACK_GROUPINGS = (
    ["SubscriptionId", "Meter", "MeterSubcategory"],
    ["SubscriptionId", "Meter"],
)
# A second pass shows the same money by a tag that fits into no first one; what is asked
# for beside the tag, until it is accepted.
BY_TAG = "ActualCost by tag"
BY_TAG_GROUPINGS = (["MeterSubcategory", "Meter"], ["Meter"])
TAG_KEY = "customer"

# Usage shows up within a day, but a month is re-rated until about the 5th of the next
# one; 35 days always hold the month that is being closed.
LOOK_BACK_DAYS = 35
# The newest days are still being counted; what moves later than that is told of.
PROVISIONAL_DAYS = 2
CLOSED_DAY_TOLERANCE = 0.05
# What a first run reads of a live API: enough for a trend and a forecast. The portal
# keeps 13 months; each month costs three of the 12 requests per 10 s that are allowed,
# and a fourth where commitments are in use.
HISTORY_PERIODS = 6

# The service allows 4 requests a minute per scope, so waiting is normal. A wait beyond
# ten minutes means the hourly quota is used up, which is worth a message.
MAX_ATTEMPTS = 8
MAX_WAIT_SECONDS = 600.0
DEFAULT_WAIT_SECONDS = 15.0
# Query units by seconds, for a whole tenant; a month of data takes one.
QUERY_UNITS = ((10.0, 12.0), (60.0, 60.0), (3_600.0, 600.0))
# 1,000 rows is the default and 5,000 the largest page; a loop of pages is a defect.
MAX_PAGES = 5_000
# Two answers may differ by the service's own rounding, not by a meter.
TOLERANCE = 0.01
# Both costs are the same where no commitment is in use; only the last digits of sums
# over rows in another order may differ.
SAME = 0.000_001

ROWS: dict[str, Kind] = {
    "load_id": "text",
    "source_file": "text",
    "scope": "text",
    "cost_type": "text",
    "usage_date": "bigint",
    "resource_id": "text",
    "resource_group_name": "text",
    "resource_location": "text",
    "service_name": "text",
    "meter_category": "text",
    "meter_subcategory": "text",
    "meter": "text",
    "unit_of_measure": "text",
    "charge_type": "text",
    "publisher_type": "text",
    "pricing_model": "text",
    "tag_key": "text",
    "tag_value": "text",
    "tags": "text",
    "cost": "double",
    "usage_quantity": "double",
    "currency": "text",
    "subscription_id": "text",
    "product_name": "text",
    "meter_id": "text",
    "effective_price": "double",
    "pay_g_price": "double",
    "cost_in_usd": "double",
    "is_provisional": "flag",
}

# An export has no row id; rows that agree in all of these are taken for the same one.
KNOWN_BY = (
    "usage_date",
    "subscription_id",
    "resource_id",
    "meter_id",
    "meter",
    "charge_type",
    "usage_quantity",
    "cost",
    "tags",
)
KEEP_ONE = (
    "Files that no manifest lists are parts of a month: keep the newer one of these "
    "below sources.azure_costs.export_url, and take the older away."
)

# Column of the answer by landed column; more than one name where both are in use.
ANSWER_COLUMNS: dict[str, tuple[str, ...]] = {
    "usage_date": ("UsageDate",),
    "subscription_id": ("SubscriptionId",),
    "resource_id": ("ResourceId",),
    "resource_group_name": ("ResourceGroupName", "ResourceGroup"),
    "resource_location": ("ResourceLocation",),
    "service_name": ("ServiceName",),
    "meter_category": ("MeterCategory",),
    "meter_subcategory": ("MeterSubcategory", "MeterSubCategory"),
    "meter": ("Meter",),
    "unit_of_measure": ("UnitOfMeasure",),
    "charge_type": ("ChargeType",),
    "publisher_type": ("PublisherType",),
    "pricing_model": ("PricingModel",),
    "tag_key": ("TagKey",),
    "tag_value": ("TagValue",),
    "tags": ("Tags",),
    "cost": ("Cost", "PreTaxCost"),
    "usage_quantity": ("UsageQuantity",),
    "currency": ("Currency",),
}

SPEC = SourceSpec(
    name="azure_costs",
    cloud_provider="Azure",
    dataset="raw_azure",
    landed=Table(
        name="cost_rows",
        columns=ROWS,
        currency="currency",
        costs=("cost",),
        billed_when=f"cost_type = '{ACTUAL}'",
        day="usage_date",
    ),
    totals=Table(
        name="filtered_totals",
        columns={
            "load_id": "text",
            "scope": "text",
            "billing_period": "text",
            "service_name": "text",
            "charge_type": "text",
            "currency": "text",
            "cost": "money",
            "subscription_id": "text",
        },
        currency="currency",
        costs=("cost",),
    ),
    shrink_hint=(
        "Azure has renamed its AI services before, and a name that is gone is "
        "answered with no rows: compare sources.azure_costs.service_names with the "
        "service names in the cost analysis of the portal."
    ),
    # Any month can be asked for; one that is lost is answered with no rows.
    lists_periods=False,
    sub_accounts="subscription_id",
    do_scopes_nest=True,
    provisional_days=PROVISIONAL_DAYS,
    closed_day_tolerance=CLOSED_DAY_TOLERANCE,
)
