{# Rows of FOCUS files have no id and are replaced by the bill. A file says the provider in
   many spellings; the loader has told them apart, so it is taken from the load. #}
with

    cost_rows as (select * from {{ source("raw_focus", "cost_rows") }}),

    current_loads as (

        select distinct load_id, cloud_provider, loaded_at
        from {{ ref("stg_ops__current_loads") }}
        where source = 'focus_costs'

    ),

    renamed as (

        select
            -- ids
            cost_rows.load_id,
            current_loads.cloud_provider,
            cost_rows.billing_account_id,
            cost_rows.sub_account_id,
            cost_rows.resource_id,
            cost_rows.sku_id,
            coalesce(cost_rows.invoice_id, cost_rows.x_invoice_id) as invoice_id,
            cost_rows.x_unified_cost_id as unified_cost_id,

            -- attributes
            cost_rows.service_name,
            cost_rows.x_service_code as service_code,
            cost_rows.x_sku_meter_category as meter_category,
            cost_rows.x_sku_meter_subcategory as meter_subcategory,
            coalesce(cost_rows.x_sku_meter_name, cost_rows.sku_meter) as sku_meter,
            cost_rows.x_usage_type as usage_type,
            cost_rows.x_sku_description as sku_description,
            cost_rows.x_model as model,
            cost_rows.x_model_vendor as model_vendor,
            cost_rows.x_token_type as token_type,
            cost_rows.x_pricing_tier as pricing_tier,
            cost_rows.charge_description,
            cost_rows.charge_category,
            cost_rows.commitment_discount_status,
            cost_rows.region_id as region,
            cost_rows.x_resource_group_name as resource_group,
            cost_rows.x_project as project,
            cost_rows.pricing_unit,
            cost_rows.x_pricing_unit_description as pricing_unit_description,
            cost_rows.consumed_unit,
            cost_rows.billing_currency,
            coalesce(
                cost_rows.pricing_currency, cost_rows.x_pricing_currency
            ) as pricing_currency,
            cost_rows.tags,
            cost_rows.x_labels as labels,
            cost_rows.x_project_labels as project_labels,

            -- measures
            cast(
                cost_rows.pricing_quantity as {{ type_quantity() }}
            ) as pricing_quantity,
            cast(
                cost_rows.consumed_quantity as {{ type_quantity() }}
            ) as consumed_quantity,
            {{ to_money("cost_rows.billed_cost") }} as billed_cost,
            {{ to_money("cost_rows.effective_cost") }} as effective_cost,
            {{ to_money("cost_rows.list_cost") }} as list_cost,
            cast(
                coalesce(
                    cost_rows.x_currency_conversion_rate,
                    cost_rows.x_billing_exchange_rate
                ) as {{ type_rate() }}
            ) as billing_currency_per_pricing_currency,

            -- times
            cast(
                cost_rows.billing_period_start as {{ dbt.type_timestamp() }}
            ) as billing_period_start,
            cast(
                cost_rows.charge_period_start as {{ dbt.type_timestamp() }}
            ) as charge_period_start,
            cast(
                cost_rows.charge_period_end as {{ dbt.type_timestamp() }}
            ) as charge_period_end,
            current_loads.loaded_at as ingested_at
        from cost_rows
        inner join current_loads on cost_rows.load_id = current_loads.load_id

    )

select *
from renamed
