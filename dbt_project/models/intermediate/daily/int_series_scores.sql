{# How far each day is from what was expected, measured in the usual size of the forecast
   errors of the days before it. One row per series and day.

   A day that lies between the two expectations has the score 0, any other one its distance
   from the nearer of the two. A series that was beyond both on five of the last seven days
   is on its way elsewhere, as when a model is replaced by another: that has been told, and
   days within a factor of 1.5 of the newest level are the rest of it. However irregular a
   series is, a quarter stands for its error beyond the highest day of eight weeks. #}
{{ config(materialized="table") }}

{% set by_series = "partition by scope_type, scope_key order by date" %}
{% set week_before = by_series ~ " rows between 7 preceding and 1 preceding" %}
{% set beyond = var("anomaly_following_threshold") %}
{% set share = var("anomaly_minimum_change_percent") ~ " / 100.0" %}

with

    bounded as (select * from {{ ref("int_series_bounds") }}),

    first_scored as (

        select
            *,
            {{ distance_in_errors("cost", "lowest_expected", "highest_expected") }}
            as first_score
        from bounded

    ),

    counted as (

        select
            *,
            sum(
                case
                    when
                        first_score >= {{ beyond }}
                        and cost > (1 + {{ share }}) * highest_expected
                    then 1
                    else 0
                end
            ) over ({{ week_before }}) as days_above,
            sum(
                case
                    when
                        first_score <= -{{ beyond }}
                        and cost < (1 - {{ share }}) * lowest_expected
                    then 1
                    else 0
                end
            ) over ({{ week_before }}) as days_below
        from first_scored

    ),

    rebased as (

        select
            *,
            case
                when days_below >= 5 and newest_cost / 1.5 < lowest_expected
                then newest_cost / 1.5
                else lowest_expected
            end as lowest_accepted,
            case
                when days_above >= 5 and newest_cost * 1.5 > highest_expected
                then newest_cost * 1.5
                else highest_expected
            end as highest_accepted
        from counted

    ),

    distances as (

        select
            *,
            {{ distance_in_errors("cost", "lowest_accepted", "highest_accepted") }}
            as distance_in_errors,
            case
                when history_days >= 28 and cost > highest_56
                then ({{ log_ratio("cost", "highest_56") }}) / 0.25
            end as distance_from_highest
        from rebased

    ),

    scored as (

        select
            *,
            case
                when distance_from_highest > distance_in_errors
                then distance_from_highest
                else distance_in_errors
            end as score
        from distances

    ),

    final as (

        select
            *,
            {% for days_ago in range(1, 4) %}
                lag(score, {{ days_ago }}) over (
                    {{ by_series }}
                ) as score_{{ days_ago }}
                {{- "," if not loop.last }}
            {% endfor %}
        from scored

    )

select
    scope_type,
    scope_key,
    date,
    history_days,
    cost,
    mean_7,
    stddev_7,
    expected,
    forecast_error,
    lowest_accepted as lowest_expected,
    highest_accepted as highest_expected,
    error_scale,
    highest_56,
    score,
    score_1,
    score_2,
    score_3
from final
