{# What each day of a series should have cost, foretold from the days before it only.

   recent = median of the 9 days before, each freed of its weekday: four unusual days do
            not move it, a new level is taken over after five
   usual  = middle one of three such medians, now, 9 and 18 days ago: what was usual
            before the last two weeks, so that the way back is no anomaly
   newest = median of the 3 days before: for a series that is on its way elsewhere
   The first day of a month may cost what the last two first days cost in proportion: many
   jobs run on it. #}
{{ config(materialized="table") }}

{% set by_series = "partition by scope_type, scope_key order by date" %}
{% set week_after = by_series ~ " rows between 1 following and 7 following" %}
{% set by_day_of_month = (
    "partition by scope_type, scope_key, is_month_start order by date"
) %}

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
            cost / day_index as level_cost,
            case
                when date = {{ first_day_of_month("date") }} then 1 else 0
            end as is_month_start
        from {{ ref("int_series_profiles") }}

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

    medians as (

        select scope_type, scope_key, history_days, avg(level_cost) as recent_level
        from ordered
        -- The middle one of an odd number of days, the middle two of an even one.
        where days >= 4 and 2 * position in (days, days + 1, days + 2)
        group by scope_type, scope_key, history_days

    ),

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

    references_added as (

        select
            *,
            recent_level * day_index as recent_cost,
            day_index * case
                when level_18_days_ago is not null
                then
                    recent_level
                    + level_9_days_ago
                    + level_18_days_ago
                    - {{
                        largest_of(
                            ["recent_level", "level_9_days_ago", "level_18_days_ago"]
                        )
                    }}
                    - {{
                        smallest_of(
                            ["recent_level", "level_9_days_ago", "level_18_days_ago"]
                        )
                    }}
                when level_9_days_ago is not null
                then level_9_days_ago
                else recent_level
            end as usual_cost,
            day_index * (
                level_cost_1
                + level_cost_2
                + level_cost_3
                - {{ largest_of(["level_cost_1", "level_cost_2", "level_cost_3"]) }}
                - {{ smallest_of(["level_cost_1", "level_cost_2", "level_cost_3"]) }}
            ) as newest_cost
        from levels

    ),

    ratios as (

        select
            *,
            case
                when is_month_start = 0
                then null
                when history_days >= 14 and recent_cost > 0
                then cost / recent_cost
                -- The first month has nothing before it, but by the next one its second
                -- week has passed.
                when {{ trimmed_mean("cost", week_after) }} > 0
                then cost / ({{ trimmed_mean("cost", week_after) }})
            end as month_start_ratio
        from references_added

    ),

    months as (

        select
            *,
            lag(month_start_ratio, 1) over ({{ by_day_of_month }}) as ratio_1,
            lag(month_start_ratio, 2) over ({{ by_day_of_month }}) as ratio_2
        from ratios

    ),

    factors as (

        select
            *,
            case
                when is_month_start = 1
                then coalesce((ratio_1 + ratio_2) / 2.0, ratio_1, ratio_2)
            end as usual_ratio
        from months

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
            case
                when usual_ratio > 1.15 then usual_ratio else 1.0
            end as month_start_factor
        from factors

    )

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
    month_start_factor,
    recent_cost * month_start_factor as expected,
    cost - recent_cost * month_start_factor as forecast_error
from final
