{# Which share of a provider's usage the taxes and credits of each customer are that follow
   it, and what of them is due on the usage of the running month so far but not booked.

   What is booked with the usage, day by day, counts by the last full month, or by the
   running one where that has no more than six days of usage; it has ended if the
   provider's newest seven days have none of it. Lumps that follow usage count by the last
   full month. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    usage_days as (select * from {{ ref("int_usage_days") }}),

    provider_months as (

        select
            usage_days.cloud_provider,
            sum(
                case
                    when usage_days.date < as_of.month then usage_days.cost else 0.0
                end
            ) as previous_usage,
            sum(
                case
                    when usage_days.date >= as_of.month then usage_days.cost else 0.0
                end
            ) as current_usage,
            count(
                distinct case
                    when usage_days.date < as_of.month then usage_days.date
                end
            ) as previous_days,
            max(usage_days.date) as newest_date
        from usage_days
        inner join as_of on usage_days.date >= as_of.previous_month
        group by usage_days.cloud_provider

    ),

    providers as (

        select
            cloud_provider,
            newest_date,
            case
                when previous_days > 6 and previous_usage > 0
                then previous_usage
                else current_usage
            end as known_usage,
            case
                when previous_days > 6 and previous_usage > 0 then 1 else 0
            end as known_months_ago
        from provider_months

    ),

    daily as (

        select
            booked.*,
            providers.known_usage,
            providers.known_months_ago,
            providers.newest_date,
            max(booked.date) over (
                partition by
                    booked.customer_id,
                    booked.cloud_provider,
                    booked.charge_category,
                    booked.service,
                    booked.sku
            ) as last_date
        from {{ ref("int_booked_charges") }} as booked
        inner join providers on booked.cloud_provider = providers.cloud_provider
        where
            booked.is_lump = 0
            and booked.charge_category in ('Tax', 'Credit')
            and providers.known_usage > 0

    ),

    stacked as (

        select
            customer_id,
            cloud_provider,
            cost / known_usage as share_of_usage,
            0.0 as due_cost
        from daily
        where
            months_ago = known_months_ago
            and {{ dbt.datediff("last_date", "newest_date", "day") }} < 7

        union all

        select
            customer_id,
            cloud_provider,
            cost_1 / usage_1 as share_of_usage,
            case
                when cost_0 = 0 then cost_1 / usage_1 * usage_0 else 0.0
            end as due_cost
        from {{ ref("int_charge_months") }}
        where follows_usage = 1

    ),

    final as (

        select
            customer_id,
            cloud_provider,
            sum(share_of_usage) as share_of_usage,
            sum(due_cost) as due_cost
        from stacked
        group by customer_id, cloud_provider

    )

select *
from final
