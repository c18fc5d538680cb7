{# What each day of a series could have cost by its level and weekday, from the days before
   it only. One row per series and day.

   recent = by the median of the 9 days before
   usual  = by the middle one of three such medians, now, 9 and 18 days ago: what was usual
            before the last two weeks, so that the way back is no anomaly
   newest = by the median of the 3 days before: for a series that is on its way elsewhere #}
with

    days as (

        select
            scope_type,
            scope_key,
            date,
            history_days,
            cost,
            mean_7,
            stddev_7,
            day_index,
            case when day_index >= 0.05 then cost / day_index end as level_cost
        from {{ ref("int_series_profiles") }}

    ),

    medians as (select * from {{ ref("int_series_medians") }}),

    levels as (

        select
            days.*,
            medians.recent_level,
            lag(medians.recent_level, 9) over (
                partition by days.scope_type, days.scope_key order by days.date
            ) as level_9_days_ago,
            lag(medians.recent_level, 18) over (
                partition by days.scope_type, days.scope_key order by days.date
            ) as level_18_days_ago,
            {% for days_ago in range(1, 4) %}
                lag(days.level_cost, {{ days_ago }}) over (
                    partition by days.scope_type, days.scope_key order by days.date
                ) as level_cost_{{ days_ago }},
            {% endfor %}
            {% for days_ago in [7, 14] %}
                lag(days.cost, {{ days_ago }}) over (
                    partition by days.scope_type, days.scope_key order by days.date
                ) as cost_{{ days_ago }},
            {% endfor %}
            max(days.cost) over (
                partition by days.scope_type, days.scope_key
                order by days.date
                rows between 56 preceding and 1 preceding
            ) as highest_56
        from days
        left join
            medians
            on days.scope_type = medians.scope_type
            and days.scope_key = medians.scope_key
            and days.history_days = medians.history_days

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
            day_index,
            recent_level * day_index as recent_cost,
            day_index * case
                when level_18_days_ago is not null
                then
                    {{
                        middle_of(
                            "recent_level", "level_9_days_ago", "level_18_days_ago"
                        )
                    }}
                when level_9_days_ago is not null
                then level_9_days_ago
                else recent_level
            end as usual_cost,
            day_index * (
                {{ middle_of("level_cost_1", "level_cost_2", "level_cost_3") }}
            ) as newest_cost,
            highest_56,
            case when cost_7 < cost_14 then cost_7 else cost_14 end as lower_of_weeks,
            case when cost_7 < cost_14 then cost_14 else cost_7 end as higher_of_weeks
        from levels

    )

select *
from final
