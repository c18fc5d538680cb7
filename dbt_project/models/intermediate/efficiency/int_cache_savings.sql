{# What caching saved and cost each customer at the model's own price on the same bill: input
   tokens of the same pricing tier for what the cache served, and of the same context and
   deployment scope where the bill has them, because a region's input is dearer and a long
   prompt's twice as dear. Null where the tier has no input to compare with. #}
{% set kinds = ["cache_read", "cache_write"] %}
{% set tier = "month, cloud_provider, model, pricing_tier" %}
{% set prices = {"tier": tier, "scope": tier ~ ", context_length, deployment_scope"} %}

with

    text_usage as (select * from {{ ref("int_text_usage") }}),

    summed as (

        select
            month,
            customer_id,
            cloud_provider,
            model,
            pricing_tier,
            context_length,
            deployment_scope,
            {% for kind in ["input"] + kinds %}
                {% for measure in ["tokens", "cost_usd"] %}
                    cast(
                        sum(
                            case
                                when token_type = '{{ kind }}' then {{ measure }} else 0
                            end
                        ) as {{ type_double() }}
                    ) as {{ kind }}_{{ measure }}
                    {{- "," if not (loop.last and kind == kinds[-1]) }}
                {% endfor %}
            {% endfor %}
        from text_usage
        group by
            month,
            customer_id,
            cloud_provider,
            model,
            pricing_tier,
            context_length,
            deployment_scope

    ),

    {# What all customers paid together: a price is the company's, whoever it served. #}
    with_company as (

        select
            *,
            {% for of, columns in prices.items() %}
                {% for measure in ["tokens", "cost_usd"] %}
                    sum(input_{{ measure }}) over (
                        partition by {{ columns }}
                    ) as {{ of }}_{{ measure }}
                    {{- "," if not (loop.last and of == "scope") }}
                {% endfor %}
            {% endfor %}
        from summed

    ),

    priced as (

        select
            *,
            coalesce(
                {{ ratio("scope_cost_usd", "scope_tokens") }},
                {{ ratio("tier_cost_usd", "tier_tokens") }}
            ) as input_price
        from with_company

    ),

    caches as (

        select
            month,
            customer_id,
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
                        then input_price * {{ kind }}_tokens - {{ kind }}_cost_usd
                        else 0
                    end
                ) as {{ kind }}_saving{{ "," if not loop.last }}
            {% endfor %}
        from priced
        group by month, customer_id, cloud_provider, model

    ),

    final as (

        select
            month,
            customer_id,
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
