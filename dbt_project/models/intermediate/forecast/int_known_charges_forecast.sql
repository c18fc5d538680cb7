{# Charges that are no usage, for the days ahead, so that the forecast is of the invoice.

   Taxes and credits keep the share of the provider's usage that they had in the last full
   month, and stay with the customers that had them. Where a month's tax is not booked
   yet, what is due on the usage so far is expected on the month's last day.
   A purchase comes again on its day of the month if each of the last two full months had
   one of that customer and provider, so that a yearly fee is not taken for a monthly one.
   Refunds and other adjustments are not forecast. #}
with

    costs as (

        select
            unified.customer_id,
            unified.cloud_provider,
            unified.date,
            unified.charge_category,
            unified.cost_usd,
            {{ first_day_of_month("unified.date") }} as month
        from {{ ref("unified_costs") }} as unified
        inner join
            {{ ref("int_as_of_date") }} as as_of on unified.date <= as_of.as_of_date

    ),

    as_of as (

        select *, {{ add_days("previous_month", -1) }} as day_before_previous_month
        from {{ ref("int_as_of_date") }}

    ),

    forecasts as (

        select forecasts.*
        from {{ ref("int_usage_forecasts") }} as forecasts
        inner join as_of on forecasts.origin_date = as_of.as_of_date

    ),

    provider_days as (

        select
            cloud_provider,
            date,
            {{ first_day_of_month("date") }} as month,
            cast(sum(expected_usage_cost_usd) as {{ type_double() }}) as expected_usage
        from forecasts
        group by cloud_provider, date

    ),

    provider_usage as (

        select
            costs.cloud_provider,
            cast(
                sum(
                    case
                        when
                            costs.charge_category = 'Usage'
                            and costs.month = as_of.previous_month
                        then costs.cost_usd
                        else 0
                    end
                ) as {{ type_double() }}
            ) as previous_usage,
            cast(
                sum(
                    case
                        when
                            costs.charge_category = 'Usage'
                            and costs.month = as_of.month
                        then costs.cost_usd
                        else 0
                    end
                ) as {{ type_double() }}
            ) as current_usage,
            sum(
                case
                    when costs.charge_category = 'Tax' and costs.month = as_of.month
                    then 1
                    else 0
                end
            ) as current_tax_rows
        from costs
        cross join as_of
        group by costs.cloud_provider

    ),

    -- Without a last full month, the month so far stands for it.
    riders as (

        select
            costs.customer_id,
            costs.cloud_provider,
            totals.current_usage,
            totals.current_tax_rows,
            sum(
                case
                    when costs.charge_category in ('Tax', 'Credit')
                    then cast(costs.cost_usd as {{ type_double() }})
                    else 0
                end
            ) / max(
                case
                    when totals.previous_usage > 0
                    then totals.previous_usage
                    else totals.current_usage
                end
            ) as share_of_usage,
            sum(
                case
                    when costs.charge_category = 'Tax'
                    then cast(costs.cost_usd as {{ type_double() }})
                    else 0
                end
            ) / max(
                case
                    when totals.previous_usage > 0
                    then totals.previous_usage
                    else totals.current_usage
                end
            ) as tax_share_of_usage
        from costs
        cross join as_of
        inner join
            provider_usage as totals on costs.cloud_provider = totals.cloud_provider
        where
            (totals.previous_usage > 0 and costs.month = as_of.previous_month)
            or (
                totals.previous_usage <= 0
                and totals.current_usage > 0
                and costs.month = as_of.month
            )
        group by
            costs.customer_id,
            costs.cloud_provider,
            totals.current_usage,
            totals.current_tax_rows

    ),

    rider_days as (

        select
            riders.customer_id,
            riders.cloud_provider,
            provider_days.date,
            riders.share_of_usage * provider_days.expected_usage + case
                when
                    provider_days.date = as_of.month_end and riders.current_tax_rows = 0
                then riders.tax_share_of_usage * riders.current_usage
                else 0
            end as expected_charge
        from riders
        inner join provider_days on riders.cloud_provider = provider_days.cloud_provider
        cross join as_of

    ),

    purchases as (

        select
            costs.customer_id,
            costs.cloud_provider,
            case
                when costs.month = as_of.previous_month then 1 else 2
            end as months_before,
            {{ dbt.datediff("costs.month", "costs.date", "day") }} as day_offset,
            {{ sum_money("costs.cost_usd") }} as cost_usd
        from costs
        inner join
            as_of
            on costs.date < as_of.month
            and costs.month
            >= {{ first_day_of_month("as_of.day_before_previous_month") }}
        where costs.charge_category = 'Purchase'
        group by
            costs.customer_id,
            costs.cloud_provider,
            case when costs.month = as_of.previous_month then 1 else 2 end,
            {{ dbt.datediff("costs.month", "costs.date", "day") }}

    ),

    monthly_payers as (

        select customer_id, cloud_provider
        from purchases
        group by customer_id, cloud_provider
        having count(distinct months_before) = 2

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

    -- A purchase of the 31st falls on the last day of a shorter month.
    purchase_days as (

        select
            purchases.customer_id,
            purchases.cloud_provider,
            future_days.date,
            cast(purchases.cost_usd as {{ type_double() }}) as expected_charge
        from purchases
        inner join
            monthly_payers
            on purchases.customer_id = monthly_payers.customer_id
            and purchases.cloud_provider = monthly_payers.cloud_provider
        inner join
            future_days
            on purchases.day_offset = future_days.day_offset
            or (
                purchases.day_offset > future_days.day_offset
                and future_days.is_last_of_month = {{ true_value() }}
            )
        where purchases.months_before = 1

    ),

    stacked as (

        select *
        from rider_days

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
