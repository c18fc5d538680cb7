{# What the days that late bills lack are expected to cost, in each month up to the day from
   which the forecast counts: usage less what is billed of it, and the charges that come
   with it. Without a late bill there is no row. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    usage_days as (select * from {{ ref("int_usage_days") }}),

    expected as (

        select
            forecasts.customer_id,
            forecasts.cloud_provider,
            forecasts.date,
            {{ dbt.datediff("forecasts.seen_until", "forecasts.origin_date", "day") }}
            as days_late,
            cast(
                forecasts.expected_usage_cost_usd as {{ type_double() }}
            ) as expected_usage
        from {{ ref("int_usage_forecasts") }} as forecasts
        inner join
            as_of
            on forecasts.origin_date = as_of.as_of_date
            and forecasts.date <= as_of.as_of_date

    ),

    lacking as (

        select
            expected.customer_id,
            expected.cloud_provider,
            expected.date,
            expected.expected_usage - coalesce(usage_days.cost, 0.0) as lacking_cost
        from expected
        left join
            usage_days
            on expected.customer_id = usage_days.customer_id
            and expected.cloud_provider = usage_days.cloud_provider
            and expected.days_late = usage_days.days_late
            and expected.date = usage_days.date

    ),

    stacked as (

        select
            customer_id,
            cloud_provider,
            date,
            {{ to_money("lacking_cost") }} as late_cost
        from lacking
        where lacking_cost > 0

        union all

        select
            charges.customer_id,
            charges.cloud_provider,
            charges.date,
            charges.expected_charge_usd as late_cost
        from {{ ref("int_known_charges_forecast") }} as charges
        inner join as_of on charges.date <= as_of.as_of_date

    ),

    dated as (

        select
            customer_id,
            cloud_provider,
            {{ first_day_of_month("date") }} as month,
            late_cost
        from stacked

    ),

    team_dated as (

        select
            shares.team,
            {{ first_day_of_month("lacking.date") }} as month,
            {{ to_money("shares.share_of_usage * lacking.lacking_cost") }} as late_cost
        from lacking
        inner join
            {{ ref("int_team_shares") }} as shares
            on lacking.customer_id = shares.customer_id
            and lacking.cloud_provider = shares.cloud_provider
        inner join as_of on shares.origin_date = as_of.as_of_date
        where lacking.lacking_cost > 0

    ),

    final as (
        {{
            summed_by_scope(
                "dated",
                ["month"],
                {"late_cost_usd": sum_money("late_cost")},
                team_rows="team_dated",
            )
        }}
    )

select *
from final
