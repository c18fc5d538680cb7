{# The usual size of the one-day forecast errors of a series, from the 42 days before each
   day. One row per series and day.

   Errors are ratios, as logarithms: costs vary in proportion to their size, and half is
   then as far as double. The size is their mean, each of them cut off at 2.5 times the
   mean of its own past, so that an anomaly does not hide the next one. #}
{% set errors_before = (
    "partition by scope_type, scope_key order by date"
    ~ " rows between 42 preceding and 1 preceding"
) %}
{% set enough_errors = {"settled": 14, "absolute": 7} %}

with

    expected as (select * from {{ ref("int_series_expected") }}),

    errors as (

        select *, abs({{ log_ratio("cost", "recent_cost") }}) as absolute_error
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
            month_factor,
            expected,
            forecast_error,
            -- 1.25 turns a mean of normal errors into a standard deviation, the rest
            -- makes up for the cut.
            1.3 * case
                {% for error, fewest in enough_errors.items() %}
                    when
                        count({{ error }}_error) over ({{ errors_before }})
                        >= {{ fewest }}
                    then avg(capped_{{ error }}_error) over ({{ errors_before }})
                {% endfor %}
            end as usual_error
        from capped

    )

select *
from final
