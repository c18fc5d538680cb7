{# Taxes, credits and purchases of each day of the running month and the three before it,
   and which of them are lumps.

   What is booked on at most six days of a month is a lump; what comes on more of them,
   such as a discount on each day's usage or the fee of a savings plan, is not, but for a
   day of more than five times the mean of the others. #}
{{ config(materialized="table") }}

{% set key = ["customer_id", "cloud_provider", "charge_category", "service", "sku"] %}

with

    as_of as (

        select
            as_of_date,
            month,
            previous_month,
            second_last_month,
            {{ first_day_of_month(dbt.dateadd("month", -3, "month")) }}
            as third_last_month
        from {{ ref("int_as_of_date") }}

    ),

    charges as (

        select
            unified.customer_id,
            unified.cloud_provider,
            unified.charge_category,
            coalesce(unified.service, '') as service,
            coalesce(unified.sku, '') as sku,
            unified.date,
            unified.cost_usd,
            case
                when unified.date >= as_of.month
                then 0
                when unified.date >= as_of.previous_month
                then 1
                when unified.date >= as_of.second_last_month
                then 2
                else 3
            end as months_ago
        from {{ ref("unified_costs") }} as unified
        inner join
            as_of
            on unified.date <= as_of.as_of_date
            and unified.date >= as_of.third_last_month
        where unified.charge_category in ('Tax', 'Credit', 'Purchase')

    ),

    days as (

        select
            {{ key | join(", ") }},
            date,
            months_ago,
            cast(sum(cost_usd) as {{ type_double() }}) as cost
        from charges
        group by {{ key | join(", ") }}, date, months_ago
        having sum(cost_usd) != 0

    ),

    counted as (

        select
            *,
            count(*) over (
                partition by {{ key | join(", ") }}, months_ago
            ) as days_in_month,
            count(*) over (partition by {{ key | join(", ") }}) - 1 as other_days,
            sum(abs(cost)) over (partition by {{ key | join(", ") }})
            - abs(cost) as other_costs
        from days

    ),

    compared as (

        select
            *,
            max(days_in_month) over (
                partition by {{ key | join(", ") }}
            ) as most_days_in_a_month
        from counted

    ),

    final as (

        select
            {{ key | join(", ") }},
            date,
            months_ago,
            cost,
            case
                when most_days_in_a_month <= 6
                then 1
                when abs(cost) * other_days > 5 * other_costs
                then 1
                else 0
            end as is_lump
        from compared

    )

select *
from final
