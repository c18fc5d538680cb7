{# The part of the FOCUS bills that is not AI, kept as totals so that each whole bill adds
   up. #}
with

    totals as (select * from {{ source("raw_focus", "filtered_totals") }}),

    current_loads as (

        select distinct load_id, cloud_provider
        from {{ ref("stg_ops__current_loads") }}
        where source = 'focus_costs'

    ),

    renamed as (

        select
            -- ids
            totals.load_id,
            current_loads.cloud_provider,
            totals.billing_account_id,
            coalesce(
                totals.sub_account_id, totals.billing_account_id
            ) as sub_account_id,

            -- attributes
            totals.service_name as service,
            totals.charge_category,
            totals.billing_period as invoice_month,
            totals.billing_currency,

            -- measures
            cast(totals.line_count as {{ dbt.type_bigint() }}) as line_count,
            {{ to_money("totals.billed_cost") }} as billed_cost
        from totals
        inner join current_loads on totals.load_id = current_loads.load_id

    )

select *
from renamed
