{# What caching and batches save, at the model's own price on the same bill: input tokens
   on demand for what the cache served, the same token type on demand for a batch. #}
{% set kinds = ["input", "output", "cache_read", "cache_write"] %}

with

    costs as (

        select
            {{ first_day_of_month("date") }} as month,
            cloud_provider,
            model,
            model_vendor,
            model_family,
            token_type,
            pricing_tier,
            cost_usd,
            usage_amount
        from {{ ref("unified_costs") }}
        where
            charge_category = 'Usage'
            and usage_unit = 'tokens'
            and token_type in ('input', 'output', 'cache_read', 'cache_write')

    ),

    by_tier as (

        select
            month,
            cloud_provider,
            model,
            token_type,
            max(model_vendor) as model_vendor,
            max(model_family) as model_family,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_quantity("usage_amount") }} as tokens,
            {% for tier, name in {"on-demand": "standard", "batch": "batch"}.items() %}
                {{
                    sum_money(
                        "case when pricing_tier = '"
                        ~ tier
                        ~ "' then cost_usd else 0 end"
                    )
                }} as {{ name }}_cost_usd,
                {{
                    sum_quantity(
                        "case when pricing_tier = '"
                        ~ tier
                        ~ "' then usage_amount else 0 end"
                    )
                }} as {{ name }}_tokens{{ "," if not loop.last }}
            {% endfor %}
        from costs
        group by month, cloud_provider, model, token_type

    ),

    priced as (

        select *, {{ ratio("standard_cost_usd", "standard_tokens") }} as standard_price
        from by_tier

    ),

    combined as (

        select
            month,
            cloud_provider,
            model,
            max(model_vendor) as model_vendor,
            max(model_family) as model_family,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_quantity("tokens") }} as tokens,
            {% for kind in kinds %}
                {{
                    sum_quantity(
                        "case when token_type = '" ~ kind ~ "' then tokens else 0 end"
                    )
                }} as {{ kind }}_tokens,
            {% endfor %}
            {{ sum_quantity("batch_tokens") }} as batch_tokens,
            {{ sum_money("batch_cost_usd") }} as batch_cost_usd,
            max(case when token_type = 'input' then standard_price end) as input_price,
            -- Caches are compared where both are on demand; batches have their own
            -- price.
            {% for kind in ["cache_read", "cache_write"] %}
                {{
                    sum_money(
                        "case when token_type = '"
                        ~ kind
                        ~ "' then standard_cost_usd else 0 end"
                    )
                }} as {{ kind }}_cost_usd,
                {{
                    sum_quantity(
                        "case when token_type = '"
                        ~ kind
                        ~ "' then standard_tokens else 0 end"
                    )
                }} as standard_{{ kind }}_tokens,
            {% endfor %}
            sum(
                case
                    when batch_tokens > 0
                    then cast(batch_tokens as {{ type_double() }}) * standard_price
                end
            ) as batch_at_standard_price,
            max(
                case when batch_tokens > 0 and standard_price is null then 1 else 0 end
            ) as has_batch_without_price
        from priced
        group by month, cloud_provider, model

    ),

    final as (

        select
            -- ids
            month,
            cloud_provider,
            model,

            -- attributes
            model_vendor,
            model_family,

            -- measures: cost and tokens
            cost_usd,
            tokens,
            {{ ratio("cost_usd", "tokens") }} * 1000000 as cost_per_million_tokens_usd,
            {{ ratio("output_tokens", "input_tokens + cache_read_tokens") }}
            as output_per_input_token,

            -- measures: cache
            {{ ratio("cache_read_tokens", "cache_read_tokens + input_tokens") }}
            as cache_hit_share,
            {{
                to_money(
                    "input_price * cast(standard_cache_read_tokens as "
                    ~ type_double()
                    ~ ") - cast(cache_read_cost_usd as "
                    ~ type_double()
                    ~ ")"
                )
            }} as cache_read_saving_usd,
            {{
                to_money(
                    "cast(cache_write_cost_usd as "
                    ~ type_double()
                    ~ ") - input_price * cast(standard_cache_write_tokens as "
                    ~ type_double()
                    ~ ")"
                )
            }} as cache_write_extra_cost_usd,

            -- measures: batch
            {{ ratio("batch_tokens", "tokens") }} as batch_share,
            case
                when batch_tokens = 0
                then cast(0 as {{ type_money() }})
                when has_batch_without_price = 0
                then
                    {{
                        to_money(
                            "batch_at_standard_price - cast(batch_cost_usd as "
                            ~ type_double()
                            ~ ")"
                        )
                    }}
            end as batch_saving_usd
        from combined

    )

select *
from final
