{% set token_kinds = ["input", "output", "cache_read", "cache_write"] %}

with

    costs as (select * from {{ ref("unified_costs") }}),

    final as (

        select
            -- ids
            date,
            cloud_provider,
            service,
            model,
            customer_id,

            -- attributes
            max(model_vendor) as model_vendor,

            -- measures: cost
            {{ sum_money("cost_usd") }} as cost_usd,
            {{
                sum_money(
                    "case when charge_category = 'Usage' then cost_usd else 0 end"
                )
            }} as usage_cost_usd,
            {{ sum_money("effective_cost_usd") }} as effective_cost_usd,
            {{
                sum_money(
                    "case when charge_category = 'Usage'"
                    ~ " then effective_cost_usd else 0 end"
                )
            }} as effective_usage_cost_usd,
            {{
                sum_money(
                    "case when charge_category = 'Usage' and token_type = 'input'"
                    ~ " then cost_usd else 0 end"
                )
            }} as input_cost_usd,
            {{
                sum_money(
                    "case when charge_category = 'Usage' and token_type = 'output'"
                    ~ " then cost_usd else 0 end"
                )
            }} as output_cost_usd,
            {{
                sum_money(
                    "case when charge_category = 'Usage'"
                    ~ " and token_type in ('cache_read', 'cache_write')"
                    ~ " then cost_usd else 0 end"
                )
            }} as cache_cost_usd,
            {{
                sum_money(
                    "case when charge_category = 'Usage' and token_type not in"
                    ~ " ('input', 'output', 'cache_read', 'cache_write')"
                    ~ " then cost_usd else 0 end"
                )
            }} as other_cost_usd,

            -- measures: tokens
            {% for kind in token_kinds %}
                {{
                    sum_quantity(
                        "case when usage_unit = 'tokens' and token_type = '"
                        ~ kind
                        ~ "' then usage_amount else 0 end"
                    )
                }} as {{ kind }}_tokens,
            {% endfor %}
            {{
                sum_quantity(
                    "case when usage_unit = 'tokens' then usage_amount else 0 end"
                )
            }} as total_tokens,

            -- times
            max(ingested_at) as ingested_at
        from costs
        group by date, cloud_provider, service, model, customer_id

    )

select *
from final
