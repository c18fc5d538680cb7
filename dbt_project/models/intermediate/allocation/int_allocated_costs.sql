{# What int_attributed_costs becomes when usage without a customer is shared out. Taxes,
   credits and fees stay as they are, since no usage says whose they are. Each row's
   largest share takes what rounding leaves, so no total moves, in any currency. #}
{% set kept = ["load_id"] + (
    unified_grain()
    | reject("in", ["customer_id", "customer_attribution"])
    | list
) %}
{% set amounts = {
    "cost_usd": type_money(),
    "list_cost_usd": type_money(),
    "effective_cost_usd": type_money(),
    "cost_in_billing_currency": type_money(),
    "list_cost_in_billing_currency": type_money(),
    "effective_cost_in_billing_currency": type_money(),
    "usage_amount": type_quantity(),
} %}

with

    costs as (select * from {{ ref("int_allocation_levels") }}),

    shares as (select * from {{ ref("int_allocation_shares") }}),

    shared as (

        select
            {% for column in kept %} costs.{{ column }}, {% endfor %}
            costs.ingested_at,
            costs.row_number_in_table,
            shares.customer_id,
            shares.share_rank,
            {% for amount, type in amounts.items() %}
                costs.{{ amount }} as whole_{{ amount }},
                cast(costs.{{ amount }} * shares.share as {{ type }}) as {{ amount }}
                {{- "," if not loop.last }}
            {% endfor %}
        from costs
        inner join
            shares
            on costs.allocation_level = shares.allocation_level
            and costs.month = shares.month
            and shares.cloud_provider in ('all', costs.cloud_provider)
            and shares.model in ('all', costs.model)

    ),

    allocated as (

        select
            {% for column in kept %} {{ column }}, {% endfor %}
            ingested_at,
            customer_id,
            'allocated' as customer_attribution,
            {% for amount, type in amounts.items() %}
                cast(
                    {{ amount }} + case
                        when share_rank = 1
                        then
                            whole_{{ amount }}
                            - sum({{ amount }}) over (partition by row_number_in_table)
                        else 0
                    end as {{ type }}
                ) as {{ amount }}{{ "," if not loop.last }}
            {% endfor %}
        from shared

    ),

    unshared as (

        select
            {% for column in kept %} {{ column }}, {% endfor %}
            ingested_at,
            customer_id,
            customer_attribution,
            {% for amount in amounts %}
                {{ amount }}{{ "," if not loop.last }}
            {% endfor %}
        from costs
        where allocation_level is null

    ),

    final as (

        select *
        from unshared

        union all

        select *
        from allocated

    )

select *
from final
