{# What caching and batches save, at the model's own price on the same bill: input tokens
   of the same pricing tier for what the cache served, the same token type on demand for a
   batch. Where the bill has no such price, the saving is unknown, not 0. #}
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

    tiers as (

        select
            month,
            cloud_provider,
            model,
            pricing_tier,
            {{
                ratio(
                    "sum(case when token_type = 'input' then cost_usd else 0 end)",
                    "sum(case when token_type = 'input' then usage_amount else 0 end)",
                )
            }} as input_price,
            {% for kind in ["cache_read", "cache_write"] %}
                cast(
                    sum(
                        case when token_type = '{{ kind }}' then usage_amount else 0 end
                    ) as {{ type_double() }}
                ) as {{ kind }}_tokens,
                cast(
                    sum(
                        case when token_type = '{{ kind }}' then cost_usd else 0 end
                    ) as {{ type_double() }}
                ) as {{ kind }}_cost{{ "," if not loop.last }}
            {% endfor %}
        from costs
        group by month, cloud_provider, model, pricing_tier

    ),

    caches as (

        select
            month,
            cloud_provider,
            model,
            {% for kind in ["cache_read", "cache_write"] %}
                max(
                    case
                        when {{ kind }}_tokens > 0 and input_price is null then 1 else 0
                    end
                ) as {{ kind }}_without_price,
                sum(
                    case
                        when {{ kind }}_tokens > 0
                        then input_price * {{ kind }}_tokens - {{ kind }}_cost
                        else 0
                    end
                ) as {{ kind }}_saving{{ "," if not loop.last }}
            {% endfor %}
        from tiers
        group by month, cloud_provider, model

    ),

    final as (

        select
            -- ids
            combined.month,
            combined.cloud_provider,
            combined.model,

            -- attributes
            combined.model_vendor,
            combined.model_family,

            -- measures: cost and tokens
            combined.cost_usd,
            combined.tokens,
            {{ ratio("combined.cost_usd", "combined.tokens") }}
            * 1000000 as cost_per_million_tokens_usd,
            {{
                ratio(
                    "combined.output_tokens",
                    "combined.input_tokens + combined.cache_read_tokens",
                )
            }} as output_per_input_token,

            -- measures: cache
            {{
                ratio(
                    "combined.cache_read_tokens",
                    "combined.cache_read_tokens + combined.input_tokens",
                )
            }} as cache_hit_share,
            case
                when caches.cache_read_without_price = 0
                then {{ to_money("caches.cache_read_saving") }}
            end as cache_read_saving_usd,
            case
                when caches.cache_write_without_price = 0
                then {{ to_money("-caches.cache_write_saving") }}
            end as cache_write_extra_cost_usd,

            -- measures: batch
            {{ ratio("combined.batch_tokens", "combined.tokens") }} as batch_share,
            case
                when combined.batch_tokens = 0
                then cast(0 as {{ type_money() }})
                when combined.has_batch_without_price = 0
                then
                    {{
                        to_money(
                            "combined.batch_at_standard_price - cast(combined.batch_cost_usd as "
                            ~ type_double()
                            ~ ")"
                        )
                    }}
            end as batch_saving_usd
        from combined
        inner join
            caches
            on combined.month = caches.month
            and combined.cloud_provider = caches.cloud_provider
            and combined.model = caches.model

    )

select *
from final
