{# How the days of the week of a series stand to each other by its last weeks, in three
   views: all days alike, workdays and weekends, each weekday for itself. An index is how
   many times the level of its week a day costs. One row per series and day. #}
{% set days_alike = {
    "weekday": "partition by scope_type, scope_key, weekday order by date"
    ~ " rows between 8 preceding and 1 preceding",
    "weekend": "partition by scope_type, scope_key, is_weekend order by date"
    ~ " rows between 16 preceding and 1 preceding",
    "workday": "partition by scope_type, scope_key, is_weekend order by date"
    ~ " rows between 40 preceding and 1 preceding",
} %}
{% set next_day = add_days("date", 1) %}

with

    weeks as (select * from {{ ref("int_series_weeks") }}),

    ratios as (

        select
            *,
            -- What runs at a month's ends says nothing about its weekday.
            case
                when
                    trimmed_mean_7 > 0
                    and date != {{ first_day_of_month("date") }}
                    and {{ next_day }} != {{ first_day_of_month(next_day) }}
                then cost / trimmed_mean_7
            end as week_ratio
        from weeks

    ),

    counted as (

        select
            *,
            {% for days, window in days_alike.items() %}
                count(week_ratio) over ({{ window }}) as {{ days }}_count,
                avg(week_ratio) over ({{ window }}) as {{ days }}_mean,
                {{ trimmed_mean("week_ratio", window) }} as {{ days }}_trimmed_mean
                {{- "," if not loop.last }}
            {% endfor %}
        from ratios

    ),

    averaged as (

        select
            *,
            case
                when weekday_count >= 3 then weekday_trimmed_mean else 1
            end as weekday_average,
            case
                when is_weekend = 1 and weekend_count >= 3
                then weekend_trimmed_mean
                when is_weekend = 1 and weekend_count >= 2
                then weekend_mean
                when is_weekend = 0 and workday_count >= 3
                then workday_trimmed_mean
                when is_weekend = 0 and workday_count >= 2
                then workday_mean
                else 1
            end as weekend_average
        from counted

    ),

    final as (

        select
            scope_type,
            scope_key,
            date,
            history_days,
            cost,
            mean_7,
            stddev_7,
            cast(1 as {{ type_double() }}) as even_index,
            case
                when weekend_average > 0.02 then weekend_average else 0.02
            end as weekend_index,
            case
                when weekday_average > 0.02 then weekday_average else 0.02
            end as weekday_index
        from averaged

    )

select *
from final
