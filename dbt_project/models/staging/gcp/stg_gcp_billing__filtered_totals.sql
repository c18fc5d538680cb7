{# Services of the account that are not AI, kept as totals so that the whole bill adds
   up. #}
with

    totals as (select * from {{ source("raw_gcp", "filtered_totals") }}),

    current_loads as (

        select distinct load_id
        from {{ ref("stg_ops__current_loads") }}
        where source = 'gcp_billing'

    ),

    renamed as (

        select
            -- ids
            totals.load_id,
            totals.billing_account_id,

            -- attributes
            totals.service_description as service,
            coalesce(totals.cost_type, 'regular') as cost_type,
            {{ month_from_digits("totals.invoice_month") }} as invoice_month,
            totals.currency as billing_currency,

            -- measures
            cast(totals.line_count as {{ dbt.type_bigint() }}) as line_count,
            {{ to_money("totals.cost") }} as gross_cost,
            {{ to_money("totals.credits_amount") }} as credits_amount
        from totals
        inner join current_loads on totals.load_id = current_loads.load_id

    )

select *
from renamed
