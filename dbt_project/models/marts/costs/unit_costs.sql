{# Usage billed in tokens only: hours, images and requests have no price per token, and
   taxes or credits would distort it. #}
with

    costs as (

        select
            {{ first_day_of_month("date") }} as month,
            cloud_provider,
            model,
            token_type,
            model_vendor,
            model_family,
            cost_usd,
            list_cost_usd,
            usage_amount
        from {{ ref("unified_costs") }}
        where charge_category = 'Usage' and usage_unit = 'tokens'

    ),

    summed as (

        select
            month,
            cloud_provider,
            model,
            token_type,
            max(model_vendor) as model_vendor,
            max(model_family) as model_family,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_money("list_cost_usd") }} as list_cost_usd,
            {{ sum_quantity("usage_amount") }} as tokens
        from costs
        group by month, cloud_provider, model, token_type

    ),

    priced as (

        select
            *,
            {{ ratio("cost_usd", "tokens") }} * 1000 as cost_per_1k_tokens_usd,
            {{ ratio("cost_usd", "tokens") }} * 1000000 as cost_per_million_tokens_usd,
            {{ ratio("list_cost_usd", "tokens") }}
            * 1000000 as list_per_million_tokens_usd,
            {{ first_day_of_month(dbt.dateadd("month", -1, "month")) }}
            as previous_month
        from summed

    ),

    final as (

        select
            -- ids
            priced.month,
            priced.cloud_provider,
            priced.model,
            priced.token_type,

            -- attributes
            priced.model_vendor,
            priced.model_family,

            -- measures
            priced.cost_usd,
            priced.tokens,
            priced.cost_per_1k_tokens_usd,
            priced.cost_per_million_tokens_usd,
            priced.list_per_million_tokens_usd,
            earlier.cost_per_million_tokens_usd as previous_cost_per_million_tokens_usd,
            100 * (
                {{
                    ratio(
                        "priced.cost_per_million_tokens_usd",
                        "earlier.cost_per_million_tokens_usd",
                    )
                }} - 1
            ) as cost_per_million_change_percent,
            100 * (
                {{ ratio("priced.tokens", "earlier.tokens") }} - 1
            ) as tokens_change_percent
        from priced
        left join
            priced as earlier
            on priced.previous_month = earlier.month
            and priced.cloud_provider = earlier.cloud_provider
            and priced.model = earlier.model
            and priced.token_type = earlier.token_type

    )

select *
from final
