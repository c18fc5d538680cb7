{# Every customer that the settings or the bills name, so that a join never loses one. Its
   home is that of its last move, or else what the settings say. #}
with

    settings as (select * from {{ ref("customer_settings") }}),

    moves as (

        select
            customer_id,
            warehouse_home,
            row_number() over (
                partition by customer_id order by move_number desc
            ) as moves_since
        from {{ ref("warehouse_moves") }}

    ),

    homes as (select customer_id, warehouse_home from moves where moves_since = 1),

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
            coalesce(
                homes.warehouse_home, settings.warehouse_home, 'phase_1'
            ) as warehouse_home,

            -- measures
            cast(
                settings.monthly_budget_usd as {{ type_money() }}
            ) as monthly_budget_usd,
            cast(
                settings.daily_cost_limit_usd as {{ type_money() }}
            ) as daily_cost_limit_usd,

            -- flags
            {{ as_bool("settings.customer_id is not null") }} as is_configured
        from known
        left join settings on known.customer_id = lower(settings.customer_id)
        left join homes on known.customer_id = homes.customer_id

    )

select *
from final
