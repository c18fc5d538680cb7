{# Between which costs a day of a series is explained, and how far a usual error reaches.
   One row per series and day.

   Two expectations are asked, the recent level and the usual one, and a day that is like
   the same weekday of both last weeks is explained as well. A series that rests on a
   quarter of its days is asked only about the others, by what those cost. One that is idle
   on most days, or too irregular to foretell, is compared with its highest day of the
   last eight weeks instead, and a rest is none of its anomalies. #}
with

    errors as (

        select
            *,
            {{
                smallest_of(
                    [
                        "recent_cost",
                        "usual_cost",
                        "coalesce(higher_of_weeks, recent_cost)",
                    ]
                )
            }} as lowest_by_level,
            {{
                largest_of(
                    [
                        "month_factor * recent_cost",
                        "month_factor * usual_cost",
                        "coalesce(lower_of_weeks, recent_cost)",
                    ]
                )
            }} as highest_by_level
        from {{ ref("int_series_errors") }}

    ),

    active_days as (select * from {{ ref("int_series_active_days") }}),

    judged as (

        select
            errors.*,
            active_days.lowest_active_cost,
            active_days.highest_active_cost,
            active_days.usual_active_error,
            case
                when
                    active_days.rests_28 >= 7
                    and active_days.is_active = 1
                    and active_days.usual_active_error <= 0.4
                then 'active days'
                when
                    active_days.rests_28 >= 7
                    or (active_days.rests_28 >= 4 and active_days.is_active = 0)
                then 'highest day'
                when errors.recent_cost > 0 and errors.usual_error is not null
                then 'level'
                else 'highest day'
            end as judged_by,
            -- In its first four weeks a series has shown too few weekends to be sure.
            case when errors.history_days < 28 then 1.5 else 1.0 end as age_factor
        from errors
        inner join
            active_days
            on errors.scope_type = active_days.scope_type
            and errors.scope_key = active_days.scope_key
            and errors.date = active_days.date

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
            expected,
            forecast_error,
            newest_cost,
            highest_56,
            judged_by,
            case
                judged_by
                when 'level'
                then lowest_by_level
                when 'active days'
                then lowest_active_cost
                else 0
            end as lowest_expected,
            case
                judged_by
                when 'level'
                then highest_by_level
                when 'active days'
                then highest_active_cost
                else highest_56
            end as highest_expected,
            case
                when judged_by = 'highest day'
                then 0.25
                when judged_by = 'active days' and usual_active_error < 0.1
                then 0.1
                when judged_by = 'active days'
                then usual_active_error
                -- A flat series has no errors; a twentieth of the expected cost is then
                -- taken for one, so that a change of a cent is no anomaly.
                when usual_error < 0.05
                then 0.05 * age_factor
                else usual_error * age_factor
            end as error_scale
        from judged

    )

select *
from final
