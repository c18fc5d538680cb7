{# By which shares usage without a customer is shared out: by the customers' cost of the
   same model at the same provider in the month, else of the provider, else of everything.
   The rank names the customer that takes what rounding leaves. #}
{% set levels = {
    "model": ["month", "cloud_provider", "model"],
    "provider": ["month", "cloud_provider"],
    "total": ["month"],
} %}

with

    usage_costs as (

        select
            {{ first_day_of_month("date") }} as month,
            cloud_provider,
            model,
            customer_id,
            {{ sum_money("cost_usd") }} as cost_usd
        from {{ ref("int_attributed_costs") }}
        where
            charge_category = 'Usage'
            and customer_id != 'unattributed'
            and model != 'not_applicable'
        group by {{ first_day_of_month("date") }}, cloud_provider, model, customer_id

    ),

    {% for level, keys in levels.items() %}
        {{ level }}_costs as (

            select
                '{{ level }}' as allocation_level,
                month,
                {{ "cloud_provider" if "cloud_provider" in keys else "'all'" }}
                as cloud_provider,
                {{ "model" if "model" in keys else "'all'" }} as model,
                customer_id,
                {{ sum_money("cost_usd") }} as cost_usd
            from usage_costs
            group by {{ keys | join(", ") }}, customer_id

        ),
    {% endfor %}

    stacked as (

        {% for level in levels %}
            select *
            from {{ level }}_costs
            where cost_usd > 0 {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    final as (

        select
            allocation_level,
            month,
            cloud_provider,
            model,
            customer_id,
            cast(
                {{
                    ratio(
                        "cost_usd",
                        "sum(cost_usd) over (partition by allocation_level, month,"
                        ~ " cloud_provider, model)",
                    )
                }} as {{ type_rate() }}
            ) as share,
            row_number() over (
                partition by allocation_level, month, cloud_provider, model
                order by cost_usd desc, customer_id asc
            ) as share_rank
        from stacked

    )

select *
from final
