{# What each customer paid per token on its own bill, which is dearer or cheaper than any
   list: by token type, pricing tier, context and deployment scope, since each has its own
   price. Usage that a commitment covers is billed at 0, so prices are made of its share of
   the fee. AWS names a global SKU and no other, so one that says nothing is the region's.

   A table: read several times over, and no engine can guess how large a view of it is. #}
{{ config(materialized="table") }}
with

    costs as (

        select
            {{ first_day_of_month("date") }} as month,
            customer_id,
            cloud_provider,
            model,
            token_type,
            pricing_tier,
            context_length as context,
            case
                when cloud_provider = 'AWS' and deployment_scope = 'unspecified'
                then 'regional'
                else deployment_scope
            end as deployment_scope,
            effective_cost_usd as cost_usd,
            usage_amount
        from {{ ref("unified_costs") }}
        where
            charge_category = 'Usage'
            and usage_unit = 'tokens'
            and token_type in ('input', 'output', 'cache_read', 'cache_write')

    ),

    summed as (

        select
            month,
            customer_id,
            cloud_provider,
            model,
            token_type,
            pricing_tier,
            context,
            deployment_scope,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_quantity("usage_amount") }} as tokens
        from costs
        group by
            month,
            customer_id,
            cloud_provider,
            model,
            token_type,
            pricing_tier,
            context,
            deployment_scope

    ),

    final as (

        select
            month,
            customer_id,
            cloud_provider,
            model,
            token_type,
            pricing_tier,
            context,
            deployment_scope,
            cost_usd,
            tokens,
            {{ ratio("cost_usd", "tokens") }} * 1000000 as usd_per_million_tokens
        from summed
        where tokens > 0

    )

select *
from final
