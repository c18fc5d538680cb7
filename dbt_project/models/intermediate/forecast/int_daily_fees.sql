{# Fees that are booked every day, such as those of a savings plan: purchases of a SKU on
   each of the last seven days, at their mean. One that began this month counts at once,
   and one that has ended does not come again. #}
with

    as_of as (

        select as_of_date, {{ add_days("as_of_date", -6) }} as first_date
        from {{ ref("int_as_of_date") }}

    ),

    fees as (

        select
            unified.customer_id,
            unified.cloud_provider,
            unified.sku,
            {{ sum_money("unified.cost_usd") }} as week_cost_usd
        from {{ ref("unified_costs") }} as unified
        inner join
            as_of
            on unified.date <= as_of.as_of_date
            and unified.date >= as_of.first_date
        where unified.charge_category = 'Purchase'
        group by unified.customer_id, unified.cloud_provider, unified.sku
        having count(distinct unified.date) = 7

    ),

    final as (

        select
            customer_id,
            cloud_provider,
            cast(sum(week_cost_usd) as {{ type_double() }}) / 7 as cost_usd_per_day
        from fees
        group by customer_id, cloud_provider

    )

select *
from final
