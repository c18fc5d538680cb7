{# The part of the bill that is not AI, kept as totals so that the whole bill adds up. #}
with

    totals as (select * from {{ source("raw_aws", "cur_filtered_totals") }}),

    current_loads as (

        select distinct load_id
        from {{ ref("stg_ops__current_loads") }}
        where source = 'aws_cur'

    ),

    renamed as (

        select
            -- ids
            totals.load_id,
            totals.bill_payer_account_id as billing_account_id,
            totals.line_item_usage_account_id as sub_account_id,

            -- attributes
            totals.line_item_product_code as service,
            totals.line_item_line_item_type as line_item_type,
            totals.billing_period as invoice_month,
            totals.line_item_currency_code as billing_currency,

            -- measures
            cast(totals.line_count as {{ dbt.type_bigint() }}) as line_count,
            {{ to_money("totals.unblended_cost") }} as billed_cost
        from totals
        inner join current_loads on totals.load_id = current_loads.load_id

    )

select *
from renamed
