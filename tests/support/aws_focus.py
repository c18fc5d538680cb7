"""A bill of CUR 2.0 as AWS's FOCUS 1.2 export tells it, with the columns that it has.

``write_focus(bucket, target, payer)`` reads the export ``exports/llm-costs`` below one
folder and writes the same charges, as Parquet with manifests, below another. A charge's
category is that of the seed ``charge_categories``.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
from aws_forms import EXPORT, NAME

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "charge_categories.csv"
FEE = "SavingsPlanRecurringFee"
UNUSED = "savings_plan_total_commitment_to_date - savings_plan_used_commitment"
# What a plan covers is billed by its fee alone, so that nothing is taken back; what
# is left unused of it is a charge of its own.
CHARGES = f"""
    with lines as (
        select * from {{source}}
        where line_item_line_item_type != 'SavingsPlanNegation'
    ),
    charges as (
        select
            *,
            null as status,
            case
                when line_item_line_item_type = 'SavingsPlanCoveredUsage' then 0
                else line_item_unblended_cost
            end as billed,
            case
                when line_item_line_item_type = 'SavingsPlanCoveredUsage'
                then savings_plan_savings_plan_effective_cost
                when line_item_line_item_type = '{FEE}' then 0
                else line_item_unblended_cost
            end as effective
        from lines
        union all
        select *, 'Unused' as status, 0 as billed, {UNUSED} as effective
        from lines
        where line_item_line_item_type = '{FEE}' and {UNUSED} != 0
    )
    select
        '{{payer}}' as "BillingAccountId",
        line_item_currency_code as "BillingCurrency",
        bill_billing_period_start_date as "BillingPeriodStart",
        bill_billing_period_end_date as "BillingPeriodEnd",
        billed as "BilledCost",
        if(status = 'Unused', 'Usage', coalesce(category, 'Adjustment'))
            as "ChargeCategory",
        null as "ChargeClass",
        line_item_line_item_description as "ChargeDescription",
        line_item_usage_start_date as "ChargePeriodStart",
        line_item_usage_end_date as "ChargePeriodEnd",
        status as "CommitmentDiscountStatus",
        line_item_usage_amount as "ConsumedQuantity",
        pricing_unit as "ConsumedUnit",
        billed as "ContractedCost",
        effective as "EffectiveCost",
        if(
            category = 'Usage' and status is null,
            coalesce(pricing_public_on_demand_cost, 0),
            billed
        ) as "ListCost",
        bill_invoice_id as "InvoiceId",
        'USD' as "PricingCurrency",
        line_item_usage_amount as "PricingQuantity",
        pricing_unit as "PricingUnit",
        'AWS' as "ProviderName",
        coalesce(product_region_code, product['region']) as "RegionId",
        line_item_resource_id as "ResourceId",
        if(
            line_item_product_code in ({{codes}})
            or product['product_name'] like '%Bedrock%',
            'AI and Machine Learning', 'Other'
        ) as "ServiceCategory",
        coalesce(product['product_name'], line_item_product_code) as "ServiceName",
        product_sku as "SkuId",
        line_item_usage_type as "SkuMeter",
        line_item_usage_account_id as "SubAccountId",
        map_from_entries(list_transform(
            map_entries(resource_tags),
            lambda tag: {{{{
                'k': replace(tag.key, 'user_', 'user:'), 'v': tag.value
            }}}}
        )) as "Tags",
        if(bill_billing_entity = 'AWS Marketplace', '', line_item_product_code)
            as "x_ServiceCode",
        line_item_operation as "x_Operation"
    from charges
    left join (
        select charge_type, charge_category as category
        from read_csv('{SEED}') where cloud_provider = 'AWS'
    ) as categories on charges.line_item_line_item_type = categories.charge_type
"""


def write_focus(bucket: Path, target: Path, payer: str, codes: list[str]) -> None:
    """Write a bill as FOCUS.

    Args:
        bucket: Where it is as CUR 2.0, Parquet, overwrite.
        target: Where to write it.
        payer: Another payer than the bill has, so that it is another bill.
        codes: Product codes of AI services.
    """
    listed = ", ".join(f"'{code}'" for code in codes)
    for folder in sorted((bucket / EXPORT / "data").glob("BILLING_PERIOD=*")):
        source = (
            f"read_parquet('{folder}/**/*.parquet', union_by_name = true, "
            "hive_partitioning = false)"
        )
        key = f"{EXPORT}/data/{folder.name}/{NAME}-00001.snappy.parquet"
        path = target / key
        path.parent.mkdir(parents=True)
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            query = CHARGES.format(source=source, payer=payer, codes=listed)
            connection.execute(f"copy ({query}) to '{path}' (format parquet)")
        place = target / EXPORT / "metadata" / folder.name / f"{NAME}-Manifest.json"
        place.parent.mkdir(parents=True)
        content = {"executionId": "1", "dataFiles": [f"s3://real-bucket/{key}"]}
        place.write_text(json.dumps(content), encoding="utf-8")
