{# The level of a series before each day: the median of the 9 days before, each freed of
   its weekday. Four unusual days do not move it, a new level is taken over after five.
   One row per series and day with at least four days before it. #}
with

    days as (

        select scope_type, scope_key, history_days, cost / day_index as level_cost
        from {{ ref("int_series_profiles") }}
        -- A weekday without cost says nothing about the level.
        where day_index >= 0.05

    ),

    distances as (

        {% for days_ago in range(1, 10) %}
            select {{ days_ago }} as days_ago {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    {# Every day is handed on to the nine days that look back on it. A join of the series
       with itself would compare each day with all the others. #}
    past_costs as (

        select
            days.scope_type,
            days.scope_key,
            days.history_days + distances.days_ago as history_days,
            days.level_cost
        from days
        cross join distances

    ),

    ordered as (

        select
            *,
            row_number() over (
                partition by scope_type, scope_key, history_days order by level_cost
            ) as position,
            count(*) over (partition by scope_type, scope_key, history_days) as days
        from past_costs

    ),

    final as (

        select scope_type, scope_key, history_days, avg(level_cost) as recent_level
        from ordered
        -- The middle one of an odd number of days, the middle two of an even one.
        where days >= 4 and 2 * position in (days, days + 1, days + 2)
        group by scope_type, scope_key, history_days

    )

select *
from final
