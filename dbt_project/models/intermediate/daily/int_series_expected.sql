{# What each day of a series should have cost, by its recent level and its place in the
   month. One row per series and day. #}
with

    levels as (select * from {{ ref("int_series_levels") }}),

    months as (select * from {{ ref("int_series_month_factors") }}),

    final as (

        select
            levels.scope_type,
            levels.scope_key,
            levels.date,
            levels.history_days,
            levels.cost,
            levels.mean_7,
            levels.stddev_7,
            levels.recent_cost,
            levels.usual_cost,
            levels.newest_cost,
            levels.highest_56,
            levels.lower_of_weeks,
            levels.higher_of_weeks,
            months.month_factor,
            levels.recent_cost * months.month_factor as expected,
            levels.cost - levels.recent_cost * months.month_factor as forecast_error
        from levels
        inner join
            months
            on levels.scope_type = months.scope_type
            and levels.scope_key = months.scope_key
            and levels.date = months.date

    )

select *
from final
