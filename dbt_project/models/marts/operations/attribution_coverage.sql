{# By which rule the bills' cost was given to customers, and what no rule could give.

   Every rule of a provider has a row in every month of its bills, so that one that has
   stopped to match shows as 0. Told before any allocation: what the var
   allocate_unattributed shares out has no evidence and stays unattributed here. #}
with

    summed as (select * from {{ ref("int_attribution_costs") }}),

    months as (select month, cloud_provider from summed group by month, cloud_provider),

    rules as (

        select cloud_provider, attribution_rule, rule_priority, customer_attribution
        from {{ ref("int_attribution_rules") }}

        union all

        select
            cloud_provider,
            'none' as attribution_rule,
            cast(null as {{ dbt.type_int() }}) as rule_priority,
            'unattributed' as customer_attribution
        from months
        group by cloud_provider

    ),

    complete as (

        select
            months.month,
            months.cloud_provider,
            rules.attribution_rule,
            rules.rule_priority,
            rules.customer_attribution,
            coalesce(summed.cost_usd, cast(0 as {{ type_money() }})) as cost_usd,
            coalesce(
                summed.usage_cost_usd, cast(0 as {{ type_money() }})
            ) as usage_cost_usd,
            coalesce(summed.customers, 0) as customers,
            summed.last_usage_date
        from months
        inner join rules on months.cloud_provider = rules.cloud_provider
        left join
            summed
            on months.month = summed.month
            and months.cloud_provider = summed.cloud_provider
            and rules.attribution_rule = summed.attribution_rule

    ),

    final as (

        select
            -- ids
            month,
            cloud_provider,
            attribution_rule,

            -- attributes
            rule_priority,
            customer_attribution,

            -- measures
            cost_usd,
            usage_cost_usd,
            {{
                ratio(
                    "cost_usd",
                    "sum(cost_usd) over (partition by month, cloud_provider)",
                )
            }} as cost_share,
            {{
                ratio(
                    "usage_cost_usd",
                    "sum(usage_cost_usd) over (partition by month, cloud_provider)",
                )
            }} as usage_cost_share,
            customers,

            -- times
            last_usage_date
        from complete

    )

select *
from final
