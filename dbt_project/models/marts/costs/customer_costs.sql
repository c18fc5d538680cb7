with

    costs as (select * from {{ ref("daily_costs") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    summed as (

        select
            date,
            customer_id,
            cloud_provider,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_money("usage_cost_usd") }} as usage_cost_usd,
            {{ sum_quantity("total_tokens") }} as total_tokens,
            cast(
                count(
                    distinct case
                        when model not in ('not_applicable', 'unspecified', 'unknown')
                        then model
                    end
                ) as {{ dbt.type_bigint() }}
            ) as models_used
        from costs
        group by date, customer_id, cloud_provider

    ),

    final as (

        select
            -- ids
            summed.date,
            summed.customer_id,
            summed.cloud_provider,

            -- attributes
            customers.customer_name,

            -- measures
            summed.cost_usd,
            summed.usage_cost_usd,
            summed.total_tokens,
            summed.models_used,
            cast(
                sum(summed.cost_usd) over (
                    partition by
                        summed.customer_id,
                        summed.cloud_provider,
                        {{ first_day_of_month("summed.date") }}
                    order by summed.date
                    rows between unbounded preceding and current row
                ) as {{ type_money() }}
            ) as month_to_date_cost_usd
        from summed
        inner join customers on summed.customer_id = customers.customer_id

    )

select *
from final
