{# What batches saved each customer at the model's own price on the same bill: the same token
   type on demand, of the same context and deployment scope where the bill has them. Null
   where a token type was never bought on demand in the month. #}
{% set tiers = {"on-demand": "standard", "batch": "batch"} %}
{% set type = "month, cloud_provider, model, token_type" %}
{% set prices = {"type": type, "scope": type ~ ", context_length, deployment_scope"} %}

with

    text_usage as (select * from {{ ref("int_text_usage") }}),

    token_types as (

        select
            month,
            customer_id,
            cloud_provider,
            model,
            token_type,
            context_length,
            deployment_scope,
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
            month,
            customer_id,
            cloud_provider,
            model,
            token_type,
            context_length,
            deployment_scope

    ),

    {# What all customers paid together: a price is the company's, whoever it served. #}
    with_company as (

        select
            *,
            {% for of, columns in prices.items() %}
                {% for measure in ["tokens", "cost_usd"] %}
                    sum(cast(standard_{{ measure }} as {{ type_double() }})) over (
                        partition by {{ columns }}
                    ) as {{ of }}_{{ measure }}
                    {{- "," if not (loop.last and of == "scope") }}
                {% endfor %}
            {% endfor %}
        from token_types

    ),

    priced as (

        select
            *,
            coalesce(
                {{ ratio("scope_cost_usd", "scope_tokens") }},
                {{ ratio("type_cost_usd", "type_tokens") }}
            ) as standard_price
        from with_company

    ),

    summed as (

        select
            month,
            customer_id,
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
        group by month, customer_id, cloud_provider, model

    ),

    final as (

        select
            month,
            customer_id,
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
