{# The same money as the cost rows, by a tag that did not fit beside everything else: by
   deployment, for example (`second_pass_tags`). It says how a scope's costs divide among
   the tag's values, and must not be added to anything. Empty unless it was asked for. #}
with

    cost_rows as (select * from {{ source("raw_azure", "cost_rows") }}),

    current_loads as (

        select distinct load_id, loaded_at
        from {{ ref("stg_ops__current_loads") }}
        where source = 'azure_costs'

    ),

    tagged as (

        select
            *,
            cast(
                cast(usage_date as {{ dbt.type_bigint() }}) as {{ type_text() }}
            ) as usage_date_text
        from cost_rows
        where cost_type = 'ActualCost by tag'

    ),

    renamed as (

        select
            -- ids
            tagged.load_id,
            tagged.scope as billing_account_id,

            -- attributes
            tagged.tag_key,
            tagged.tag_value,
            tagged.meter_subcategory,
            tagged.meter,
            tagged.currency as billing_currency,

            -- measures
            cast(
                coalesce(tagged.usage_quantity, 0) as {{ type_quantity() }}
            ) as metered_quantity,
            {{ to_money("tagged.cost") }} as tagged_cost,

            -- times
            {{ date_from_digits("tagged.usage_date_text") }} as usage_date,
            current_loads.loaded_at as ingested_at
        from tagged
        inner join current_loads on tagged.load_id = current_loads.load_id

    )

select *
from renamed
