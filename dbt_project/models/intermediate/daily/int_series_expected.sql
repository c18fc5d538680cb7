{# What each day of a series should have cost. One row per series and day.

   The first and the last day of a month may cost in proportion what two of the last three
   such days reached: many jobs run on them. Once is an incident, not a pattern, and must
   not hide the next one: while one such day is known, a day is taken for the same job only
   if it is like it, and if three times the usual cost could not be. #}
{{ config(materialized="table") }}

{% set by_series = "partition by scope_type, scope_key order by date" %}
{% set week_after = by_series ~ " rows between 1 following and 7 following" %}
{% set by_place_in_month = (
    "partition by scope_type, scope_key, place_in_month order by date"
) %}
{% set next_day = add_days("date", 1) %}

with

    levels as (

        select
            *,
            case
                when date = {{ first_day_of_month("date") }}
                then 'first'
                when {{ next_day }} = {{ first_day_of_month(next_day) }}
                then 'last'
                else 'within'
            end as place_in_month
        from {{ ref("int_series_levels") }}

    ),

    ratios as (

        select
            *,
            case
                when place_in_month = 'within'
                then null
                when history_days >= 14 and recent_cost > 0
                then cost / recent_cost
                -- The first month has nothing before it, but by the next one its second
                -- week has passed.
                when {{ trimmed_mean("cost", week_after) }} > 0
                then cost / ({{ trimmed_mean("cost", week_after) }})
            end as month_ratio
        from levels

    ),

    months as (

        select
            *,
            lag(month_ratio, 1) over ({{ by_place_in_month }}) as ratio_1,
            lag(month_ratio, 2) over ({{ by_place_in_month }}) as ratio_2,
            lag(month_ratio, 3) over ({{ by_place_in_month }}) as ratio_3
        from ratios

    ),

    factors as (

        select
            *,
            case
                when place_in_month = 'within'
                then null
                when ratio_3 is not null
                then {{ middle_of("ratio_1", "ratio_2", "ratio_3") }}
                when ratio_2 is not null
                then {{ smallest_of(["ratio_1", "ratio_2"]) }}
                when
                    ratio_1 <= 2.25
                    and month_ratio between ratio_1 / 1.25 and ratio_1 * 1.25
                then ratio_1
            end as usual_ratio
        from months

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
            recent_cost,
            usual_cost,
            newest_cost,
            highest_56,
            lower_of_weeks,
            higher_of_weeks,
            case when usual_ratio > 1.15 then usual_ratio else 1.0 end as month_factor
        from factors

    )

select
    scope_type,
    scope_key,
    date,
    history_days,
    cost,
    mean_7,
    stddev_7,
    recent_cost,
    usual_cost,
    newest_cost,
    highest_56,
    lower_of_weeks,
    higher_of_weeks,
    month_factor,
    recent_cost * month_factor as expected,
    cost - recent_cost * month_factor as forecast_error
from final
