{# Charges that are no usage, for the days ahead, so that the forecast is of the invoice.

   Taxes and credits keep the share of the provider's usage that they had in the last full
   month, and stay with the customers that had them. Where a month's tax is not booked
   yet, what is due on the usage so far is expected on the month's last day.
   A purchase comes again on its day of the month if each of the last two full months had
   one of that customer and provider, so that a yearly fee is not taken for a monthly one;
   a fee that is booked daily goes on as in the last week.
   Refunds and other adjustments are not forecast. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    shares as (select * from {{ ref("int_charge_shares") }}),

    purchases as (select * from {{ ref("int_monthly_purchases") }}),

    daily_fees as (select * from {{ ref("int_daily_fees") }}),

    provider_days as (

        select
            forecasts.cloud_provider,
            forecasts.date,
            cast(
                sum(forecasts.expected_usage_cost_usd) as {{ type_double() }}
            ) as expected_usage
        from {{ ref("int_usage_forecasts") }} as forecasts
        inner join as_of on forecasts.origin_date = as_of.as_of_date
        group by forecasts.cloud_provider, forecasts.date

    ),

    share_days as (

        select
            shares.customer_id,
            shares.cloud_provider,
            provider_days.date,
            shares.share_of_usage * provider_days.expected_usage + case
                when
                    provider_days.date = as_of.month_end and shares.current_tax_rows = 0
                then shares.tax_share_of_usage * shares.current_usage
                else 0
            end as expected_charge
        from shares
        inner join provider_days on shares.cloud_provider = provider_days.cloud_provider
        cross join as_of

    ),

    future_days as (

        select
            date,
            {{ dbt.datediff(first_day_of_month("date"), "date", "day") }} as day_offset,
            {{
                as_bool(
                    first_day_of_month(add_days("date", 1))
                    ~ " > "
                    ~ first_day_of_month("date")
                )
            }} as is_last_of_month
        from provider_days
        group by date

    ),

    purchase_days as (

        select
            purchases.customer_id,
            purchases.cloud_provider,
            future_days.date,
            cast(purchases.cost_usd as {{ type_double() }}) as expected_charge
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
            daily_fees.cost_usd_per_day as expected_charge
        from daily_fees
        cross join future_days

    ),

    stacked as (

        select *
        from share_days

        union all

        select *
        from fee_days

        union all

        select *
        from purchase_days

    ),

    final as (

        select
            customer_id,
            cloud_provider,
            date,
            {{ to_money("sum(expected_charge)") }} as expected_charge_usd
        from stacked
        group by customer_id, cloud_provider, date

    )

select *
from final
