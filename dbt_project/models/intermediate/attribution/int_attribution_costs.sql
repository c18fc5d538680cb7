{# Cost by the rule that gave it to a customer; none is what no rule could give. Before
   any allocation. One row per month, provider and rule with cost. #}
with

    charges as (

        select
            {{ first_day_of_month("charges.charge_date") }} as month,
            charges.cloud_provider,
            coalesce(attributions.attribution_rule, 'none') as attribution_rule,
            attributions.customer_id,
            charges.cost_usd,
            case
                when charges.charge_category = 'Usage'
                then charges.cost_usd
                else cast(0 as {{ type_money() }})
            end as usage_cost_usd,
            case
                when charges.charge_category = 'Usage' then charges.charge_date
            end as usage_date
        from {{ ref("int_charges_in_usd") }} as charges
        left join
            {{ ref("int_attributions") }} as attributions
            on charges.evidence_key = attributions.evidence_key

    ),

    summed as (

        select
            month,
            cloud_provider,
            attribution_rule,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_money("usage_cost_usd") }} as usage_cost_usd,
            cast(count(distinct customer_id) as {{ dbt.type_bigint() }}) as customers,
            max(usage_date) as last_usage_date
        from charges
        group by month, cloud_provider, attribution_rule

    )

select *
from summed
