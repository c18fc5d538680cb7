{# What caching saved and cost at the model's own price on the same bill: input tokens of
   the same pricing tier for what the cache served. Null where the bill has no such price
   to compare with. #}
{% set kinds = ["cache_read", "cache_write"] %}

with

    text_usage as (select * from {{ ref("int_text_usage") }}),

    tiers as (

        select
            month,
            cloud_provider,
            model,
            pricing_tier,
            {{
                ratio(
                    "sum(case when token_type = 'input' then cost_usd else 0 end)",
                    "sum(case when token_type = 'input' then tokens else 0 end)",
                )
            }} as input_price,
            {% for kind in kinds %}
                cast(
                    sum(
                        case when token_type = '{{ kind }}' then tokens else 0 end
                    ) as {{ type_double() }}
                ) as {{ kind }}_tokens,
                cast(
                    sum(
                        case when token_type = '{{ kind }}' then cost_usd else 0 end
                    ) as {{ type_double() }}
                ) as {{ kind }}_cost{{ "," if not loop.last }}
            {% endfor %}
        from text_usage
        group by month, cloud_provider, model, pricing_tier

    ),

    caches as (

        select
            month,
            cloud_provider,
            model,
            {% for kind in kinds %}
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
            month,
            cloud_provider,
            model,
            cast(
                case
                    when cache_read_without_price = 0
                    then {{ to_money("cache_read_saving") }}
                end as {{ type_money() }}
            ) as cache_read_saving_usd,
            cast(
                case
                    when cache_write_without_price = 0
                    then {{ to_money("-cache_write_saving") }}
                end as {{ type_money() }}
            ) as cache_write_extra_cost_usd
        from caches

    )

select *
from final
