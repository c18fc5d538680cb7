-- Two dashboards that show the same day must show the same dollars, whichever mart they
-- read.
with

    stacked as (

        select
            date,
            cost_usd as unified_usd,
            case
                when charge_category = 'Usage'
                then cost_usd
                else cast(0 as {{ type_money() }})
            end as unified_usage_usd,
            cast(0 as {{ type_money() }}) as daily_usd,
            cast(0 as {{ type_money() }}) as daily_usage_usd,
            cast(0 as {{ type_money() }}) as customer_usd,
            cast(0 as {{ type_money() }}) as model_usage_usd
        from {{ ref("unified_costs") }}

        union all

        select
            date,
            cast(0 as {{ type_money() }}) as unified_usd,
            cast(0 as {{ type_money() }}) as unified_usage_usd,
            cost_usd as daily_usd,
            input_cost_usd
            + output_cost_usd
            + cache_cost_usd
            + other_cost_usd as daily_usage_usd,
            cast(0 as {{ type_money() }}) as customer_usd,
            cast(0 as {{ type_money() }}) as model_usage_usd
        from {{ ref("daily_costs") }}

        union all

        select
            date,
            cast(0 as {{ type_money() }}) as unified_usd,
            cast(0 as {{ type_money() }}) as unified_usage_usd,
            cast(0 as {{ type_money() }}) as daily_usd,
            cast(0 as {{ type_money() }}) as daily_usage_usd,
            cost_usd as customer_usd,
            cast(0 as {{ type_money() }}) as model_usage_usd
        from {{ ref("customer_costs") }}

        union all

        select
            date,
            cast(0 as {{ type_money() }}) as unified_usd,
            cast(0 as {{ type_money() }}) as unified_usage_usd,
            cast(0 as {{ type_money() }}) as daily_usd,
            cast(0 as {{ type_money() }}) as daily_usage_usd,
            cast(0 as {{ type_money() }}) as customer_usd,
            cost_usd as model_usage_usd
        from {{ ref("model_costs") }}

    )

select
    stacked.date,
    sum(stacked.unified_usd) as unified_usd,
    sum(stacked.daily_usd) as daily_usd,
    sum(stacked.customer_usd) as customer_usd,
    sum(stacked.unified_usage_usd) as unified_usage_usd,
    sum(stacked.daily_usage_usd) as daily_usage_usd,
    sum(stacked.model_usage_usd) as model_usage_usd
from stacked
group by stacked.date
having
    sum(stacked.unified_usd) != sum(stacked.daily_usd)
    or sum(stacked.unified_usd) != sum(stacked.customer_usd)
    or sum(stacked.unified_usage_usd) != sum(stacked.daily_usage_usd)
    or sum(stacked.unified_usage_usd) != sum(stacked.model_usage_usd)
