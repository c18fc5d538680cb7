{# What batches saved at the model's own price on the same bill: the same token type on
   demand, of the same context and deployment scope where the bill has them. Null where a
   token type was never bought on demand in the month. #}
{% set tiers = {"on-demand": "standard", "batch": "batch"} %}
{% set by_type = "partition by month, cloud_provider, model, token_type" %}

with

    text_usage as (select * from {{ ref("int_text_usage") }}),

    token_types as (

        select
            month,
            cloud_provider,
            model,
            token_type,
            {% for tier, name in tiers.items() %}
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
                        ~ "' then tokens else 0 end"
                    )
                }} as {{ name }}_tokens{{ "," if not loop.last }}
            {% endfor %}
        from text_usage
        group by
            month, cloud_provider, model, token_type, context_length, deployment_scope

    ),

    with_types as (

        select
            *,
            sum(cast(standard_tokens as {{ type_double() }})) over (
                {{ by_type }}
            ) as type_tokens,
            sum(cast(standard_cost_usd as {{ type_double() }})) over (
                {{ by_type }}
            ) as type_cost_usd
        from token_types

    ),

    priced as (

        select
            *,
            coalesce(
                {{ ratio("standard_cost_usd", "standard_tokens") }},
                {{ ratio("type_cost_usd", "type_tokens") }}
            ) as standard_price
        from with_types

    ),

    summed as (

        select
            month,
            cloud_provider,
            model,
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

    final as (

        select
            month,
            cloud_provider,
            model,
            batch_tokens,
            cast(
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
                end as {{ type_money() }}
            ) as batch_saving_usd
        from summed

    )

select *
from final
