{# A bill's line has no id that lasts: identity_line_item_id repeats every hour and may
   change from one delivery to the next, so lines are never merged, only their whole
   billing period is replaced. #}
with

    line_items as (select * from {{ source("raw_aws", "cur_line_items") }}),

    current_loads as (

        select distinct load_id, loaded_at
        from {{ ref("stg_ops__current_loads") }}
        where source = 'aws_cur'

    ),

    renamed as (

        select
            -- ids
            line_items.load_id,
            line_items.bill_payer_account_id as billing_account_id,
            line_items.line_item_usage_account_id as sub_account_id,
            line_items.line_item_resource_id as resource_id,
            line_items.line_item_iam_principal as iam_principal,

            -- attributes
            line_items.bill_billing_entity as billing_entity,
            line_items.line_item_line_item_type as line_item_type,
            line_items.line_item_product_code as product_code,
            line_items.product_product_name as product_name,
            line_items.line_item_usage_type as usage_type,
            line_items.line_item_line_item_description as charge_description,
            line_items.pricing_unit,
            line_items.product_region_code,
            line_items.product_region,
            line_items.line_item_currency_code as billing_currency,
            line_items.resource_tags,
            line_items.tags,

            -- measures
            cast(
                coalesce(line_items.line_item_usage_amount, 0) as {{ type_quantity() }}
            ) as metered_quantity,
            {{ to_money("line_items.line_item_unblended_cost") }} as billed_cost,
            {{ to_money("line_items.line_item_net_unblended_cost") }}
            as net_billed_cost,
            {{ to_money("line_items.pricing_public_on_demand_cost") }} as list_cost,
            {{ to_money("line_items.savings_plan_savings_plan_effective_cost") }}
            as savings_plan_effective_cost,
            {{ to_money("line_items.savings_plan_total_commitment_to_date") }}
            as savings_plan_total_commitment,
            {{ to_money("line_items.savings_plan_used_commitment") }}
            as savings_plan_used_commitment,
            {{ to_money("line_items.reservation_effective_cost") }}
            as reservation_effective_cost,
            {{
                to_money(
                    "line_items.reservation_unused_amortized_upfront_fee_for_billing_period"
                )
            }}
            as reservation_unused_upfront_fee,
            {{ to_money("line_items.reservation_unused_recurring_fee") }}
            as reservation_unused_recurring_fee,

            -- times
            cast(
                line_items.bill_billing_period_start_date as {{ dbt.type_timestamp() }}
            ) as billing_period_start,
            cast(
                line_items.line_item_usage_start_date as {{ dbt.type_timestamp() }}
            ) as charge_period_start,
            cast(
                line_items.line_item_usage_end_date as {{ dbt.type_timestamp() }}
            ) as charge_period_end,
            current_loads.loaded_at as ingested_at
        from line_items
        inner join current_loads on line_items.load_id = current_loads.load_id

    )

select *
from renamed
