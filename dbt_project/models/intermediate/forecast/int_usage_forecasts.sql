{# Usage that was or is forecast, for each customer at each provider and each day after a
   view's day: earlier views reach to the last complete day, the latest one to the end of
   the forecast. What a late bill lacks up to that day, the latest view foretells as well,
   by horizons that are not above 0.

   expected = weekday share x (usual week + weekly growth x weeks since the middle of the
   four weeks), where the growth is carried no further than four weeks. #}
{{ config(materialized="table") }}

{% set longest = 31 * (var("forecast_months_ahead") + 1) %}
{% set furthest = [longest, 7 * var("forecast_past_weeks")] | max %}
{% set days_ahead = dbt.datediff("weekdays.seen_until", "wanted.date", "day") %}
{% set longest_late = var("late_bill_days") %}

with

    weekdays as (select * from {{ ref("int_forecast_weekdays") }}),

    as_of as (select * from {{ ref("int_as_of_date") }}),

    horizons as (

        {% for days in range(-longest_late, furthest + 1) %}
            select {{ days }} as horizon_days {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    origins as (select origin_date from weekdays group by origin_date),

    days as (

        select
            origins.origin_date,
            horizons.horizon_days,
            {{ add_days("origins.origin_date", "horizons.horizon_days") }} as date,
            as_of.as_of_date,
            as_of.month
        from origins
        cross join horizons
        cross join as_of

    ),

    wanted as (

        select origin_date, horizon_days, date, {{ weekday_number("date") }} as weekday
        from days
        where
            (origin_date < as_of_date and horizon_days > 0 and date <= as_of_date)
            or (
                origin_date = as_of_date
                and date
                < {{
                    first_day_of_month(
                        dbt.dateadd(
                            "month", var("forecast_months_ahead") + 1, "month"
                        )
                    )
                }}
            )

    ),

    expected as (

        select
            weekdays.customer_id,
            weekdays.cloud_provider,
            wanted.origin_date,
            weekdays.seen_until,
            wanted.date,
            wanted.horizon_days,
            weekdays.history_days,
            weekdays.weekday_share * (
                weekdays.usual_week
                + weekdays.weekly_growth
                * (
                    1.5 + (
                        3 + case
                            when {{ days_ahead }} > 28 then 28 else {{ days_ahead }}
                        end
                    )
                    / 7.0
                )
            ) as expected_cost
        from wanted
        inner join
            weekdays
            on wanted.origin_date = weekdays.origin_date
            and wanted.weekday = weekdays.weekday
            and wanted.date > weekdays.seen_until

    ),

    final as (

        select
            customer_id,
            cloud_provider,
            origin_date,
            seen_until,
            date,
            horizon_days,
            history_days,
            {{ to_money("case when expected_cost > 0 then expected_cost else 0 end") }}
            as expected_usage_cost_usd
        from expected

    )

select *
from final
