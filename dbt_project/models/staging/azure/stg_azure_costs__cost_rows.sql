{# Azure gives costs per day and group, never per line, and quantities in the unit of the
   meter (1K, 1M, hours): UsageQuantity must not be summed over meters here. Letter case
   of resource groups and ids changes from row to row. Most exports name no service: it is
   the category of the meter, and an offer of the Marketplace may have neither.

   The same days may be there twice: as invoiced (ActualCost) and with reservations and
   savings plans spread over what they cover (AmortizedCost). Only the first is billed
   and has the quantity, so that neither is counted twice. What a second pass showed by
   tag is the same money a third time, and has a model of its own. #}
with

    cost_rows as (select * from {{ source("raw_azure", "cost_rows") }}),

    current_loads as (

        select distinct load_id, loaded_at
        from {{ ref("stg_ops__current_loads") }}
        where source = 'azure_costs'

    ),

    dated as (

        select
            *,
            cast(
                cast(usage_date as {{ dbt.type_bigint() }}) as {{ type_text() }}
            ) as usage_date_text
        from cost_rows
        where cost_type in ('ActualCost', 'AmortizedCost')

    ),

    renamed as (

        select
            -- ids
            dated.load_id,
            dated.scope as billing_account_id,
            lower(dated.resource_id) as resource_id,
            nullif(lower(dated.subscription_id), '') as subscription_id,

            -- attributes
            nullif(lower(dated.resource_group_name), '') as resource_group,
            nullif(dated.resource_location, '') as region,
            coalesce(
                dated.service_name,
                dated.meter_category,
                case when dated.publisher_type = 'Marketplace' then 'SaaS' end
            ) as service_name,
            dated.meter_category,
            dated.meter_subcategory,
            dated.meter,
            dated.unit_of_measure,
            dated.cost_type,
            dated.charge_type,
            dated.pricing_model,
            dated.publisher_type,
            dated.tag_key,
            dated.tag_value,
            dated.tags,
            dated.currency as billing_currency,

            -- measures
            cast(
                case
                    when dated.cost_type = 'ActualCost'
                    then coalesce(dated.usage_quantity, 0)
                    else 0
                end as {{ type_quantity() }}
            ) as metered_quantity,
            case
                when dated.cost_type = 'ActualCost'
                then {{ to_money("dated.cost") }}
                else {{ to_money("0") }}
            end as billed_cost,
            case
                when dated.cost_type = 'AmortizedCost'
                then {{ to_money("dated.cost") }}
                else {{ to_money("0") }}
            end as amortized_cost,

            -- flags
            dated.is_provisional,

            -- times
            {{ date_from_digits("dated.usage_date_text") }} as usage_date,
            current_loads.loaded_at as ingested_at
        from dated
        inner join current_loads on dated.load_id = current_loads.load_id

    )

select *
from renamed
