{# What each day of a series should have cost, foretold from the days before it only.

   expected = level x weekday index
   level    = mean of the 7 days before, without the highest and the lowest, so that
              yesterday's spike does not raise today's expectation
   index    = how the same weekday stood to its own level over the 4 weeks before, the
              highest and the lowest of the four left out for the same reason #}
{{ config(materialized="table") }}

{% set by_series = "partition by scope_type, scope_key order by date" %}
{% set week_before = by_series ~ " rows between 7 preceding and 1 preceding" %}

with

    series as (

        select
            scope_type,
            scope_key,
            date,
            history_days,
            cast(cost_usd as {{ type_double() }}) as cost
        from {{ ref("int_series_daily") }}

    ),

    levels as (

        select
            *,
            avg(cost) over ({{ week_before }}) as mean_7,
            {{ standard_deviation("cost") }} over ({{ week_before }}) as stddev_7,
            case
                when history_days >= 7
                then
                    (
                        sum(cost) over ({{ week_before }})
                        - max(cost) over ({{ week_before }})
                        - min(cost) over ({{ week_before }})
                    )
                    / 5.0
                else avg(cost) over ({{ week_before }})
            end as level_7
        from series

    ),

    indexed as (

        select
            *,
            case
                when history_days >= 14 and level_7 > 0 then cost / level_7
            end as weekday_index
        from levels

    ),

    lagged as (

        select
            *,
            {% for weeks in range(1, 5) %}
                lag(weekday_index, {{ 7 * weeks }}) over (
                    {{ by_series }}
                ) as index_{{ weeks }}{{ "," if not loop.last }}
            {% endfor %}
        from indexed

    ),

    combined as (

        select
            *,
            case
                when index_4 is not null
                then
                    (
                        index_1
                        + index_2
                        + index_3
                        + index_4
                        - {{ largest_of(["index_1", "index_2", "index_3", "index_4"]) }}
                        - {{ smallest_of(["index_1", "index_2", "index_3", "index_4"]) }}
                    )
                    / 2.0
                when index_3 is not null
                then
                    index_1
                    + index_2
                    + index_3
                    - {{ largest_of(["index_1", "index_2", "index_3"]) }}
                    - {{ smallest_of(["index_1", "index_2", "index_3"]) }}
                when index_2 is not null
                then (index_1 + index_2) / 2.0
                when index_1 is not null
                then index_1
                else 1.0
            end as usual_index
        from lagged

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
            case when history_days >= 7 then level_7 * usual_index end as expected
        from combined

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
    cost - expected as forecast_error
from final
