{# Services of the scope that are not AI, kept as totals so that the whole bill adds up. #}
with

    totals as (select * from {{ source("raw_azure", "filtered_totals") }}),

    current_loads as (

        select distinct load_id
        from {{ ref("stg_ops__current_loads") }}
        where source = 'azure_costs'

    ),

    renamed as (

        select
            -- ids
            totals.load_id,
            totals.scope as billing_account_id,

            -- attributes
            totals.service_name as service,
            totals.charge_type,
            totals.billing_period as invoice_month,
            totals.currency as billing_currency,

            -- measures
            {{ to_money("totals.cost") }} as billed_cost
        from totals
        inner join current_loads on totals.load_id = current_loads.load_id

    )

select *
from renamed
