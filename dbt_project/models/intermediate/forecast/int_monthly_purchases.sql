{# Purchases of the last full month that will come again: those of a customer at a provider
   who purchased in each of the last two full months, so that a yearly fee is not taken for
   a monthly one. What is booked on more than six days of a month is a daily fee, and
   int_daily_fees has it. #}
with

    as_of as (

        select
            month,
            previous_month,
            {{ first_day_of_month(add_days("previous_month", -1)) }}
            as month_before_previous
        from {{ ref("int_as_of_date") }}

    ),

    purchases as (

        select
            unified.customer_id,
            unified.cloud_provider,
            unified.sku,
            {{ first_day_of_month("unified.date") }} as month,
            as_of.previous_month,
            {{
                dbt.datediff(
                    first_day_of_month("unified.date"), "unified.date", "day"
                )
            }} as day_offset,
            {{ sum_money("unified.cost_usd") }} as cost_usd
        from {{ ref("unified_costs") }} as unified
        inner join
            as_of
            on unified.date < as_of.month
            and unified.date >= as_of.month_before_previous
        where unified.charge_category = 'Purchase'
        group by
            unified.customer_id,
            unified.cloud_provider,
            unified.sku,
            {{ first_day_of_month("unified.date") }},
            as_of.previous_month,
            {{
                dbt.datediff(
                    first_day_of_month("unified.date"), "unified.date", "day"
                )
            }}

    ),

    numbered as (

        select
            purchases.*,
            count(*) over (
                partition by
                    purchases.customer_id,
                    purchases.cloud_provider,
                    purchases.sku,
                    purchases.month
            ) as days_in_month
        from purchases

    ),

    monthly as (select * from numbered where days_in_month <= 6),

    monthly_payers as (

        select customer_id, cloud_provider
        from monthly
        group by customer_id, cloud_provider
        having count(distinct month) = 2

    ),

    final as (

        select
            monthly.customer_id,
            monthly.cloud_provider,
            monthly.day_offset,
            {{ sum_money("monthly.cost_usd") }} as cost_usd
        from monthly
        inner join
            monthly_payers
            on monthly.customer_id = monthly_payers.customer_id
            and monthly.cloud_provider = monthly_payers.cloud_provider
        where monthly.month = monthly.previous_month
        group by monthly.customer_id, monthly.cloud_provider, monthly.day_offset

    )

select *
from final
