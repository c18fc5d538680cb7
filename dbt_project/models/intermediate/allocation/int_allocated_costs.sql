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

    costs as (
        select attributed.*, {{ first_day_of_month("attributed.date") }} as month
        from {{ ref("int_attributed_costs") }} as attributed
    ),

    shares as (select * from {{ ref("int_allocation_shares") }}),

    pools as (

        select allocation_level, month, cloud_provider, model
        from shares
        where share_rank = 1

    ),

    -- The number tells which parts belong to one row once it is joined with customers.
    placed as (

        select
            costs.*,
            row_number() over (order by costs.date, costs.sku) as row_number_in_table,
            coalesce(
                model_pool.allocation_level,
                provider_pool.allocation_level,
                total_pool.allocation_level
            ) as allocation_level
        from costs
        left join
            pools as model_pool
            on model_pool.allocation_level = 'model'
            and costs.month = model_pool.month
            and costs.cloud_provider = model_pool.cloud_provider
            and costs.model = model_pool.model
        left join
            pools as provider_pool
            on provider_pool.allocation_level = 'provider'
            and costs.month = provider_pool.month
            and costs.cloud_provider = provider_pool.cloud_provider
        left join
            pools as total_pool
            on total_pool.allocation_level = 'total'
            and costs.month = total_pool.month
        where costs.customer_id = 'unattributed' and costs.charge_category = 'Usage'

    ),

    shared as (

        select
            {% for column in kept %} placed.{{ column }}, {% endfor %}
            placed.ingested_at,
            placed.row_number_in_table,
            shares.customer_id,
            shares.share_rank,
            {% for amount, type in amounts.items() %}
                placed.{{ amount }} as whole_{{ amount }},
                cast(placed.{{ amount }} * shares.share as {{ type }}) as {{ amount }}
                {{- "," if not loop.last }}
            {% endfor %}
        from placed
        inner join
            shares
            on placed.allocation_level = shares.allocation_level
            and placed.month = shares.month
            and shares.cloud_provider in ('all', placed.cloud_provider)
            and shares.model in ('all', placed.model)

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
            {% for column in kept %} costs.{{ column }}, {% endfor %}
            costs.ingested_at,
            costs.customer_id,
            costs.customer_attribution,
            {% for amount in amounts %}
                costs.{{ amount }}{{ "," if not loop.last }}
            {% endfor %}
        from costs
        left join
            pools as total_pool
            on total_pool.allocation_level = 'total'
            and costs.month = total_pool.month
        where
            costs.customer_id != 'unattributed'
            or costs.charge_category != 'Usage'
            or total_pool.month is null

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
