{# Every customer that the settings or the bills name, so that a join never loses one. #}
with

    settings as (select * from {{ ref("customer_settings") }}),

    named as (

        select customer_id
        from {{ ref("unified_costs") }}

        union all

        select lower(customer_id) as customer_id
        from settings

    ),

    known as (select customer_id from named group by customer_id),

    final as (

        select
            -- ids
            known.customer_id,

            -- attributes
            case
                when known.customer_id = 'unattributed'
                then 'Unattributed'
                else coalesce(settings.customer_name, known.customer_id)
            end as customer_name,
            settings.alert_email,
            coalesce(settings.time_zone, 'UTC') as time_zone,
            coalesce(settings.warehouse_home, 'phase_1') as warehouse_home,

            -- measures
            cast(
                settings.monthly_budget_usd as {{ type_money() }}
            ) as monthly_budget_usd,

            -- flags
            {{ as_bool("settings.customer_id is not null") }} as is_configured
        from known
        left join settings on known.customer_id = lower(settings.customer_id)

    )

select *
from final
