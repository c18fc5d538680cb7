{# Purchases and fees of the days ahead, on the days for which usage is forecast.

   A purchase comes again on its day of the month if each of the last two full months had
   one of that customer and provider, so that a yearly fee is not taken for a monthly one;
   one of a day that a month does not have comes on its last. A fee that is booked daily
   goes on as in the last week. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    purchases as (select * from {{ ref("int_monthly_purchases") }}),

    daily_fees as (select * from {{ ref("int_daily_fees") }}),

    future_days as (

        select
            forecasts.date,
            {{
                dbt.datediff(
                    first_day_of_month("forecasts.date"), "forecasts.date", "day"
                )
            }} as day_offset,
            {{
                as_bool(
                    first_day_of_month(add_days("forecasts.date", 1))
                    ~ " > "
                    ~ first_day_of_month("forecasts.date")
                )
            }} as is_last_of_month
        from {{ ref("int_usage_forecasts") }} as forecasts
        inner join as_of on forecasts.origin_date = as_of.as_of_date
        group by forecasts.date

    ),

    purchase_days as (

        select
            purchases.customer_id,
            purchases.cloud_provider,
            future_days.date,
            cast(purchases.cost_usd as {{ type_double() }}) as expected_fee
        from purchases
        inner join
            future_days
            on purchases.day_offset = future_days.day_offset
            or (
                purchases.day_offset > future_days.day_offset
                and future_days.is_last_of_month = {{ true_value() }}
            )

    ),

    fee_days as (

        select
            daily_fees.customer_id,
            daily_fees.cloud_provider,
            future_days.date,
            daily_fees.cost_usd_per_day as expected_fee
        from daily_fees
        cross join future_days

    ),

    final as (

        select *
        from purchase_days

        union all

        select *
        from fee_days

    )

select *
from final
