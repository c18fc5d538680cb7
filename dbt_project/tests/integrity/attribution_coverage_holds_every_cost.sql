-- A share of another total than the dashboards' says nothing about them. What an
-- allocation shared out counts as unattributed, as the coverage tells it.
with

    stacked as (

        select
            month,
            cloud_provider,
            customer_attribution,
            cost_usd as coverage_usd,
            usage_cost_usd as coverage_usage_usd,
            cast(0 as {{ type_money() }}) as unified_usd,
            cast(0 as {{ type_money() }}) as unified_usage_usd
        from {{ ref("attribution_coverage") }}

        union all

        select
            {{ first_day_of_month("date") }} as month,
            cloud_provider,
            case
                when customer_attribution = 'allocated'
                then 'unattributed'
                else customer_attribution
            end as customer_attribution,
            cast(0 as {{ type_money() }}) as coverage_usd,
            cast(0 as {{ type_money() }}) as coverage_usage_usd,
            cost_usd as unified_usd,
            case
                when charge_category = 'Usage'
                then cost_usd
                else cast(0 as {{ type_money() }})
            end as unified_usage_usd
        from {{ ref("unified_costs") }}

    )

select
    stacked.month,
    stacked.cloud_provider,
    stacked.customer_attribution,
    sum(stacked.coverage_usd) as coverage_usd,
    sum(stacked.unified_usd) as unified_usd,
    sum(stacked.coverage_usage_usd) as coverage_usage_usd,
    sum(stacked.unified_usage_usd) as unified_usage_usd
from stacked
group by stacked.month, stacked.cloud_provider, stacked.customer_attribution
having
    sum(stacked.coverage_usd) != sum(stacked.unified_usd)
    or sum(stacked.coverage_usage_usd) != sum(stacked.unified_usage_usd)
