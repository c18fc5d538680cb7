{# Charges of their own amount on the days for which usage is forecast: purchases and fees,
   and taxes and credits that come as a lump.

   A monthly lump comes on its day of the month, one of a day that a month does not have on
   its last. In the running month it comes only if it is not booked yet, and on the last day
   if its own has passed. A fee that is booked daily goes on as in the last week, from the
   end of its bill. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    lumps as (select * from {{ ref("int_monthly_lumps") }}),

    daily_fees as (select * from {{ ref("int_daily_fees") }}),

    days as (

        select
            forecasts.date,
            as_of.as_of_date,
            as_of.month as current_month,
            {{ first_day_of_month("forecasts.date") }} as month,
            {{
                dbt.datediff(
                    first_day_of_month("forecasts.date"), "forecasts.date", "day"
                )
            }} as day_offset,
            {{ dbt.datediff("as_of.month", "as_of.as_of_date", "day") }}
            as as_of_offset,
            {{ dbt.datediff("forecasts.date", "as_of.as_of_date", "day") }}
            as days_before,
            case
                when
                    {{ first_day_of_month(add_days("forecasts.date", 1)) }}
                    > {{ first_day_of_month("forecasts.date") }}
                then 1
                else 0
            end as is_last_of_month
        from {{ ref("int_usage_forecasts") }} as forecasts
        inner join as_of on forecasts.origin_date = as_of.as_of_date
        group by forecasts.date, as_of.as_of_date, as_of.month

    ),

    lump_days as (

        select
            lumps.customer_id,
            lumps.cloud_provider,
            days.date,
            lumps.usual_cost as expected_fee
        from lumps
        inner join
            days
            on days.date > days.as_of_date
            and (days.month > days.current_month or lumps.is_booked = 0)
            and (
                lumps.day_offset = days.day_offset
                or (
                    days.is_last_of_month = 1
                    and (
                        lumps.day_offset > days.day_offset
                        or (
                            days.month = days.current_month
                            and lumps.day_offset <= days.as_of_offset
                        )
                    )
                )
            )

    ),

    fee_days as (

        select
            daily_fees.customer_id,
            daily_fees.cloud_provider,
            days.date,
            daily_fees.cost_usd_per_day as expected_fee
        from daily_fees
        inner join days on days.days_before < daily_fees.days_late

    ),

    final as (

        select *
        from lump_days

        union all

        select *
        from fee_days

    )

select *
from final
