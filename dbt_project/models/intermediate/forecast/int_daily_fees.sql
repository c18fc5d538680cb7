{# Fees that are booked every day, such as those of a savings plan: purchases of a SKU on
   each of the last seven days of its bill, at their mean. One that began this month counts
   at once, and one that has ended does not come again. #}
with

    as_of as (select as_of_date from {{ ref("int_as_of_date") }}),

    late_bills as (select * from {{ ref("int_late_bills") }}),

    purchases as (

        select
            unified.customer_id,
            unified.cloud_provider,
            unified.sku,
            unified.date,
            unified.cost_usd,
            coalesce(late_bills.days_late, 0) as days_late,
            {{ dbt.datediff("unified.date", "as_of.as_of_date", "day") }} as days_before
        from {{ ref("unified_costs") }} as unified
        inner join as_of on unified.date <= as_of.as_of_date
        left join
            late_bills
            on unified.cloud_provider = late_bills.cloud_provider
            and unified.billing_account_id = late_bills.billing_account_id
        where unified.charge_category = 'Purchase'

    ),

    fees as (

        select
            customer_id,
            cloud_provider,
            sku,
            days_late,
            {{ sum_money("cost_usd") }} as week_cost_usd
        from purchases
        where days_before >= days_late and days_before < days_late + 7
        group by customer_id, cloud_provider, sku, days_late
        having count(distinct date) = 7

    ),

    final as (

        select
            customer_id,
            cloud_provider,
            days_late,
            cast(sum(week_cost_usd) as {{ type_double() }}) / 7 as cost_usd_per_day
        from fees
        group by customer_id, cloud_provider, days_late

    )

select *
from final
