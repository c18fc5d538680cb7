{# How far each day is from what was expected, measured in the usual size of the one-day
   forecast errors of the 42 days before it.

   Errors are ratios, as logarithms: costs vary in proportion to their size, and half is
   then as far as double. The size is their mean, each of them cut off at 2.5 times the
   mean of its own past, so that an anomaly does not hide the next one.

   Two expectations are asked, the recent level and the usual one. A day that lies between
   them has the score 0, any other one its distance from the nearer of the two. A series
   that is idle on most days, or too irregular to foretell, is compared with its highest
   day of the last eight weeks instead. A series that was beyond both on five of the last
   seven days is on its way elsewhere, as when a model is replaced by another: that has
   been told, and days within a factor of 1.5 of the newest level are the rest of it. #}
{{ config(materialized="table") }}

{% set errors_before = (
    "partition by scope_type, scope_key order by date"
    ~ " rows between 42 preceding and 1 preceding"
) %}
{% set week_before = (
    "partition by scope_type, scope_key order by date"
    ~ " rows between 7 preceding and 1 preceding"
) %}
{% set enough_errors = {"settled": 14, "absolute": 7} %}
{% set beyond = var("anomaly_following_threshold") %}

with

    expected as (select * from {{ ref("int_series_expected") }}),

    errors as (

        select
            *,
            abs({{ log_ratio("cost", "recent_cost") }}) as absolute_error,
            case
                when recent_cost > usual_cost then usual_cost else recent_cost
            end as lowest_expected,
            month_start_factor * case
                when recent_cost > usual_cost then recent_cost else usual_cost
            end as highest_expected
        from expected

    ),

    settled as (

        select
            *,
            -- The first three weeks were foretold without a weekly rhythm.
            case when history_days >= 21 then absolute_error end as settled_error
        from errors

    ),

    limits as (

        select
            *,
            2.5 * case
                {% for error, fewest in enough_errors.items() %}
                    when
                        count({{ error }}_error) over ({{ errors_before }})
                        >= {{ fewest }}
                    then
                        (
                            sum({{ error }}_error) over ({{ errors_before }})
                            - max({{ error }}_error) over ({{ errors_before }})
                        )
                        / (count({{ error }}_error) over ({{ errors_before }}) - 1)
                {% endfor %}
            end as error_limit
        from settled

    ),

    capped as (

        select
            *,
            {% for error in enough_errors %}
                case
                    when {{ error }}_error > error_limit
                    then error_limit
                    else {{ error }}_error
                end as capped_{{ error }}_error{{ "," if not loop.last }}
            {% endfor %}
        from limits

    ),

    sized as (

        select
            *,
            -- 1.25 makes a standard deviation of a mean of normal errors, the rest
            -- makes
            -- up for the cut.
            1.3 * case
                {% for error, fewest in enough_errors.items() %}
                    when
                        count({{ error }}_error) over ({{ errors_before }})
                        >= {{ fewest }}
                    then avg(capped_{{ error }}_error) over ({{ errors_before }})
                {% endfor %}
            end as usual_error
        from capped

    ),

    scaled as (

        select
            *,
            case
                when recent_cost > 0 and usual_error is not null then 0 else 1
            end as is_idle,
            -- In its first four weeks a series has shown too few weekends to be sure.
            case when history_days < 28 then 1.5 else 1.0 end as age_factor
        from sized

    ),

    bounded as (

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
            newest_cost,
            is_idle,
            case when is_idle = 1 then 0 else lowest_expected end as lowest_expected,
            case
                when is_idle = 1 then highest_56 else highest_expected
            end as highest_expected,
            case
                when is_idle = 1
                then 0.25
                -- A flat series has no errors; a twentieth of the expected cost is then
                -- taken for one, so that a change of a cent is no anomaly.
                when usual_error < 0.05
                then 0.05 * age_factor
                else usual_error * age_factor
            end as error_scale
        from scaled

    ),

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
            sum(case when first_score >= {{ beyond }} then 1 else 0 end) over (
                {{ week_before }}
            ) as days_above,
            sum(case when first_score <= -{{ beyond }} then 1 else 0 end) over (
                {{ week_before }}
            ) as days_below
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

    scored as (

        select
            *,
            {{ distance_in_errors("cost", "lowest_accepted", "highest_accepted") }}
            as score
        from rebased

    ),

    final as (

        select
            *,
            lag(score) over (
                partition by scope_type, scope_key order by date
            ) as previous_score
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
    score,
    previous_score
from final
