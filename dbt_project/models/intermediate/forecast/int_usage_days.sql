{# What each customer used at each provider on each day up to the one from which the
   forecast counts. What comes of late bills stands apart, since its last days are missing. #}
{{ config(materialized="table") }}

with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    late_bills as (select * from {{ ref("int_late_bills") }}),

    usage as (

        select
            unified.customer_id,
            unified.cloud_provider,
            coalesce(late_bills.days_late, 0) as days_late,
            unified.date,
            unified.cost_usd
        from {{ ref("unified_costs") }} as unified
        inner join as_of on unified.date <= as_of.as_of_date
        left join
            late_bills
            on unified.cloud_provider = late_bills.cloud_provider
            and unified.billing_account_id = late_bills.billing_account_id
        where unified.charge_category = 'Usage'

    ),

    final as (

        select
            customer_id,
            cloud_provider,
            days_late,
            date,
            cast(sum(cost_usd) as {{ type_double() }}) as cost
        from usage
        group by customer_id, cloud_provider, days_late, date

    )

select *
from final
