{# Usage of text tokens, by month, customer, model, token type and what else a price is for:
   pricing tier, context and deployment scope. Images, audio and requests are no text, and
   capacity has no price per token. #}
with

    costs as (

        select
            {{ first_day_of_month("date") }} as month,
            customer_id,
            cloud_provider,
            model,
            model_vendor,
            model_family,
            token_type,
            pricing_tier,
            context_length,
            deployment_scope,
            cost_usd,
            usage_amount
        from {{ ref("unified_costs") }}
        where
            charge_category = 'Usage'
            and usage_unit = 'tokens'
            and token_type in ('input', 'output', 'cache_read', 'cache_write')

    ),

    final as (

        select
            month,
            customer_id,
            cloud_provider,
            model,
            token_type,
            pricing_tier,
            context_length,
            deployment_scope,
            max(model_vendor) as model_vendor,
            max(model_family) as model_family,
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
            context_length,
            deployment_scope

    )

select *
from final
