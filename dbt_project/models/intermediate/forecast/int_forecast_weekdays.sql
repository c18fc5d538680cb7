{# What a Monday, a Tuesday, ... of each customer at each provider costs, and how the
   weeks grow, seen from the last complete day and from the same weekday of the weeks
   before it. The earlier views are forecasts whose outcome is known: they give the range.
   Where the level is new, it alone counts. #}
{{ config(materialized="table") }}

{% set weeks = [1, 2, 3, 4] %}
{% set by_view = "partition by customer_id, cloud_provider, origin_date, seen_until" %}

with

    weeks as (select * from {{ ref("int_forecast_capped_weeks") }}),

    weekly as (

        select
            *,
            {% for week in weeks %}
                sum(capped_{{ week }}) over ({{ by_view }}) as week_{{ week }},
            {% endfor %}
            sum(level_cost) over ({{ by_view }}) as new_week,
            case
                when level_cost is not null
                then level_cost
                when history_days >= 28
                then capped_1 + capped_2 + capped_3 + capped_4
                when history_days >= 21
                then capped_1 + capped_2 + capped_3
                when history_days >= 14
                then capped_1 + capped_2
            end as weekday_cost
        from weeks

    ),

    levels as (

        select
            *,
            case
                when new_week is not null
                then new_week
                when history_days >= 28
                then (week_1 + week_2 + week_3 + week_4) / 4.0
                when history_days >= 14
                then (week_1 + week_2) / 2.0
                when history_days >= 7
                then week_1
                else week_1 * 7.0 / history_days
            end as usual_week,
            -- Slope of a straight line through the four weeks.
            case
                when history_days >= 28
                then (3 * (week_1 - week_4) + week_2 - week_3) / 10.0
                else 0.0
            end as slope,
            sum(weekday_cost) over ({{ by_view }}) as all_weekdays_cost
        from weekly

    ),

    final as (

        select
            customer_id,
            cloud_provider,
            origin_date,
            seen_until,
            weekday,
            history_days,
            usual_week,
            -- Damped, and never more than a tenth of a week per week.
            0.7 * case
                when usual_week <= 0 or new_week is not null
                then 0.0
                when slope > 0.1 * usual_week
                then 0.1 * usual_week
                when slope < -0.1 * usual_week
                then -0.1 * usual_week
                else slope
            end as weekly_growth,
            case
                when all_weekdays_cost > 0
                then weekday_cost / all_weekdays_cost
                else 1 / 7.0
            end as weekday_share
        from levels

    )

select *
from final
