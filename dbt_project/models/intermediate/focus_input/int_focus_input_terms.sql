{# FOCUS rows in the terms of their provider's own bill. FOCUS settles who pays what, but
   not how a SKU is called: each provider keeps its own words in columns of its own, and
   the SKU rules know those words.

   AWS writes the usage type as x_UsageType (1.0) or SkuMeter (1.2), and a marketplace
   model as a service without a code. Microsoft's PricingUnit leaves out the block ("1M")
   that its PricingQuantity counts. Google's PricingQuantity is the size of the price's
   block, the same on every row, so what was consumed is the quantity; it calls whatever
   it counts requests, which its own bill prices by count. In files that llm-costs wrote
   (unified_cost_id) the SKU is the native bill's, the unit is in words, and the hint
   keeps apart what int_focus_input_skus then takes from the file. #}
{% set own_names = ["model", "model_vendor", "token_type", "pricing_tier"] %}
{% set own_hint = [] %}
{% for name in own_names %}
    {% do own_hint.append("coalesce(" ~ name ~ ", '')") %}
    {% if not loop.last %} {% do own_hint.append("'/'") %} {% endif %}
{% endfor %}

with

    cost_rows as (select * from {{ ref("stg_focus__cost_and_usage") }}),

    final as (

        select
            load_id,
            cloud_provider,
            billing_account_id,
            sub_account_id,
            resource_id,
            resource_group,
            project,
            unified_cost_id,
            charge_category,
            commitment_discount_status,
            region,
            billing_currency,
            pricing_currency,
            tags,
            labels,
            project_labels,
            {% for name in own_names %} {{ name }}, {% endfor %}
            billed_cost,
            effective_cost,
            list_cost,
            billing_currency_per_pricing_currency,
            billing_period_start,
            charge_period_start,
            ingested_at,
            case
                when cloud_provider != 'AWS' or unified_cost_id is not null
                then coalesce(meter_category, service_name)
                when coalesce(service_code, '') != ''
                then service_code
                when
                    service_name like '%Bedrock%'
                    and service_name not like 'Amazon Bedrock%'
                then 'AWS Marketplace'
                else service_name
            end as provider_service,
            case
                when cloud_provider = 'Azure'
                then coalesce(meter_subcategory, meter_category, service_name, '')
                else coalesce(service_name, '')
            end as sku_product,
            coalesce(
                case
                    when unified_cost_id is not null
                    then sku_id
                    when cloud_provider = 'AWS'
                    then coalesce(usage_type, sku_meter)
                    when cloud_provider = 'GCP'
                    then coalesce(sku_description, charge_description, sku_meter)
                    else coalesce(sku_meter, charge_description)
                end,
                ''
            ) as sku,
            case
                when unified_cost_id is null
                then
                    coalesce(
                        {{ text_after("foundation-model/", "resource_id") }}, model, ''
                    )
                else {{ dbt.concat(own_hint) }}
            end as sku_hint,
            coalesce(
                case
                    when unified_cost_id is not null
                    then pricing_unit
                    when cloud_provider = 'Azure'
                    then coalesce(pricing_unit_description, pricing_unit)
                    when cloud_provider = 'AWS'
                    then coalesce(pricing_unit, consumed_unit)
                    when consumed_unit = 'requests'
                    then 'count'
                    when consumed_unit = 'seconds' and pricing_unit in ('h', 'hour')
                    then 'h'
                    else consumed_unit
                end,
                ''
            ) as sku_unit,
            case
                when unified_cost_id is not null or cloud_provider != 'GCP'
                then coalesce(pricing_quantity, consumed_quantity)
                when consumed_unit = 'seconds' and pricing_unit in ('h', 'hour')
                then
                    cast(
                        cast(consumed_quantity as {{ type_double() }})
                        / 3600 as {{ type_quantity() }}
                    )
                else consumed_quantity
            end as sku_quantity
        from cost_rows

    )

select *
from final
