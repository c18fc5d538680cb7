{# Between which costs a day of a series is explained, and how far a usual error reaches.
   One row per series and day.

   Two expectations are asked, the recent level and the usual one, and a day that is like
   the same weekday of both last weeks is explained as well. A series that is idle
   on most days, or too irregular to foretell, is compared with its highest day of the
   last eight weeks instead. #}
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
            }} as lowest_expected,
            {{
                largest_of(
                    [
                        "month_factor * recent_cost",
                        "month_factor * usual_cost",
                        "coalesce(lower_of_weeks, recent_cost)",
                    ]
                )
            }} as highest_expected
        from {{ ref("int_series_errors") }}

    ),

    scaled as (

        select
            *,
            case
                when recent_cost > 0 and usual_error is not null then 0 else 1
            end as is_idle,
            -- In its first four weeks a series has shown too few weekends to be sure.
            case when history_days < 28 then 1.5 else 1.0 end as age_factor
        from errors

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

    )

select *
from final
