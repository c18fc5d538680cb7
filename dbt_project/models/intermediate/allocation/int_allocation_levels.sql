{# At which level each cost is shared out: usage without a customer among the customers of
   the same model at the same provider in the month, else of the provider, else of all.
   Null for what stays as it is: other charges, what has a customer, and months in which no
   customer has usage. #}
{% set grain = ["load_id"] + unified_grain() %}
{% set columns = grain + [
    "cost_usd",
    "list_cost_usd",
    "effective_cost_usd",
    "cost_in_billing_currency",
    "list_cost_in_billing_currency",
    "effective_cost_in_billing_currency",
    "usage_amount",
    "ingested_at",
] %}

with

    costs as (
        select attributed.*, {{ first_day_of_month("attributed.date") }} as month
        from {{ ref("int_attributed_costs") }} as attributed
    ),

    pools as (

        select allocation_level, month, cloud_provider, model
        from {{ ref("int_allocation_shares") }}
        where share_rank = 1

    ),

    -- The number tells which parts belong to one row once it is joined with
    -- customers; the
    -- grain leaves no two rows alike, so the same rows have the same numbers in any
    -- build.
    final as (

        select
            {% for column in columns %} costs.{{ column }}, {% endfor %}
            costs.month,
            row_number() over (
                order by
                    {% for column in grain %}
                        costs.{{ column }}{{ "," if not loop.last }}
                    {% endfor %}
            ) as row_number_in_table,
            case
                when
                    costs.customer_id = 'unattributed'
                    and costs.charge_category = 'Usage'
                then
                    coalesce(
                        model_pool.allocation_level,
                        provider_pool.allocation_level,
                        total_pool.allocation_level
                    )
            end as allocation_level
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

    )

select *
from final
