{# Charges that are no usage, for the days ahead and for those that late bills lack, so that
   the forecast is of the invoice.

   Taxes and credits that follow usage keep the share of the provider's usage that they
   had, and stay with the customers that had them. Where a month's are not booked yet, what
   is due on the usage so far is expected on the month's last day. Purchases, fees and lumps
   come beside them. Refunds and other adjustments are not forecast. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    shares as (select * from {{ ref("int_charge_shares") }}),

    fees as (select * from {{ ref("int_fees_forecast") }}),

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
                when provider_days.date = as_of.month_end then shares.due_cost else 0
            end as expected_charge
        from shares
        inner join provider_days on shares.cloud_provider = provider_days.cloud_provider
        cross join as_of

    ),

    stacked as (

        select *
        from share_days

        union all

        select customer_id, cloud_provider, date, expected_fee as expected_charge
        from fees

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
