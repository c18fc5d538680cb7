{# How far each day is from its expected cost, measured in the usual size of the forecast
   errors of the 28 days before it (1.4826 x their median, which is a standard deviation
   for normal errors and does not grow with a single outlier). #}
{{ config(materialized="table") }}

with

    expected as (select * from {{ ref("int_series_expected") }}),

    past_errors as (

        select
            today.scope_type,
            today.scope_key,
            today.date,
            abs(past.forecast_error) as absolute_error,
            row_number() over (
                partition by today.scope_type, today.scope_key, today.date
                order by abs(past.forecast_error)
            ) as position,
            count(*) over (
                partition by today.scope_type, today.scope_key, today.date
            ) as errors
        from expected as today
        inner join
            expected as past
            on today.scope_type = past.scope_type
            and today.scope_key = past.scope_key
            and past.date >= {{ add_days("today.date", -28) }}
            and past.date < today.date
        where past.forecast_error is not null

    ),

    usual_errors as (

        select scope_type, scope_key, date, 1.4826 * avg(absolute_error) as error_scale
        from past_errors
        -- The middle one of an odd number of errors, the middle two of an even one.
        where 2 * position in (errors, errors + 1, errors + 2)
        group by scope_type, scope_key, date

    ),

    final as (

        select
            expected.scope_type,
            expected.scope_key,
            expected.date,
            expected.history_days,
            expected.cost,
            expected.mean_7,
            expected.stddev_7,
            expected.expected,
            expected.forecast_error,
            -- A flat series has no errors; a twentieth of the expected cost is then
            -- taken for one, so that a change of a cent is no anomaly.
            case
                when usual_errors.error_scale is null
                then null
                when usual_errors.error_scale > 0.05 * expected.expected
                then usual_errors.error_scale
                when expected.expected > 0
                then 0.05 * expected.expected
            end as error_scale
        from expected
        left join
            usual_errors
            on expected.scope_type = usual_errors.scope_type
            and expected.scope_key = usual_errors.scope_key
            and expected.date = usual_errors.date

    )

select *
from final
