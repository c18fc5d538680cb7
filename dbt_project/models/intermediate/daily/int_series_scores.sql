{# How far each day is from what was expected, measured in the usual size of the one-day
   forecast errors of the 42 days before it.

   Errors are ratios, as logarithms: costs vary in proportion to their size, and half is
   then as far as double. The size is their mean, each of them cut off at 2.5 times the
   mean of its own past, so that an anomaly does not hide the next one.

   Two expectations are asked, the recent level and the usual one. A day that lies between
   them has the score 0, any other one its distance from the nearer of the two. A series
   that is idle on most days, or too irregular to foretell, is compared with its highest
   day of the last eight weeks instead. #}
{{ config(materialized="table") }}

{% set errors_before = (
    "partition by scope_type, scope_key order by date"
    ~ " rows between 42 preceding and 1 preceding"
) %}

with

    expected as (select * from {{ ref("int_series_expected") }}),

    errors as (

        select
            *,
            abs({{ log_ratio("cost", "recent_cost") }}) as absolute_error,
            case when recent_cost > usual_cost then usual_cost else recent_cost end
            as lowest_expected,
            month_start_factor
            * case when recent_cost > usual_cost then recent_cost else usual_cost end
            as highest_expected
        from expected

    ),

    limits as (

        select
            *,
            case
                when count(absolute_error) over ({{ errors_before }}) >= 7
                then
                    2.5
                    * (
                        sum(absolute_error) over ({{ errors_before }})
                        - max(absolute_error) over ({{ errors_before }})
                    )
                    / (count(absolute_error) over ({{ errors_before }}) - 1)
            end as error_limit
        from errors

    ),

    capped as (

        select
            *,
            case
                when absolute_error > error_limit then error_limit else absolute_error
            end as capped_error
        from limits

    ),

    sized as (

        select
            *,
            case
                when count(capped_error) over ({{ errors_before }}) >= 7
                -- 1.25 makes a standard deviation of a mean of normal errors, the rest
                -- makes up for the cut.
                then 1.3 * avg(capped_error) over ({{ errors_before }})
            end as usual_error
        from capped

    ),

    scaled as (

        select
            *,
            case
                when recent_cost > 0 and usual_error is not null then 0 else 1
            end as is_idle
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
            is_idle,
            case when is_idle = 1 then 0 else lowest_expected end as lowest_expected,
            case when is_idle = 1 then highest_56 else highest_expected end
            as highest_expected,
            case
                when is_idle = 1
                then 0.25
                -- A flat series has no errors; a twentieth of the expected cost is then
                -- taken for one, so that a change of a cent is no anomaly.
                when usual_error < 0.05
                then 0.05
                else usual_error
            end as error_scale
        from scaled

    ),

    scored as (

        select
            *,
            case
                when highest_expected is null
                then null
                when cost > highest_expected and highest_expected > 0
                then ({{ log_ratio("cost", "highest_expected") }}) / error_scale
                when cost > 0 and highest_expected = 0
                then -1.0 * {{ natural_logarithm("0.02") }} / error_scale
                when cost < lowest_expected
                then ({{ log_ratio("cost", "lowest_expected") }}) / error_scale
                else 0
            end as score
        from bounded

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
    lowest_expected,
    highest_expected,
    error_scale,
    score,
    previous_score
from final
