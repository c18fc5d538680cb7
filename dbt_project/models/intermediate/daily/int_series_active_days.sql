{# What a series that rests now and then costs on a day on which it does not: the mean of
   its last twelve such days, workdays and weekends apart, or what both of the last two
   cost, so that a new level is told twice. One row per series and day. #}
{% set by_series = "partition by scope_type, scope_key order by date" %}
{% set alike = (
    "partition by scope_type, scope_key, is_active, is_weekend order by date"
) %}
{% set alike_before = alike ~ " rows between 12 preceding and 1 preceding" %}

with

    days as (

        select
            scope_type,
            scope_key,
            date,
            cost,
            mean_7,
            case when cost > 0 then 1 else 0 end as is_active,
            case when {{ weekday_number("date") }} >= 5 then 1 else 0 end as is_weekend,
            -- Weekdays that are always idle are no rest.
            case when cost = 0 and day_index >= 0.05 then 1 else 0 end as is_rest
        from {{ ref("int_series_profiles") }}

    ),

    foretold as (

        select
            *,
            sum(is_rest) over (
                {{ by_series }} rows between 28 preceding and 1 preceding
            ) as rests_28,
            case
                when count(cost) over ({{ alike_before }}) >= 5
                then {{ trimmed_mean("cost", alike_before) }}
            end as mean_cost,
            lag(cost, 1) over ({{ alike }}) as cost_1,
            lag(cost, 2) over ({{ alike }}) as cost_2
        from days

    ),

    missed as (

        select *, abs({{ log_ratio("cost", "mean_cost") }}) as error from foretold

    ),

    capped as (

        select
            *,
            -- One spike must not make the next one usual.
            case when error > 0.7 then 0.7 else error end as capped_error
        from missed

    ),

    final as (

        select
            scope_type,
            scope_key,
            date,
            is_active,
            coalesce(rests_28, 0) as rests_28,
            case
                when mean_cost > cost_1 and mean_cost > cost_2
                then {{ largest_of(["cost_1", "cost_2"]) }}
                else mean_cost
            end as lowest_active_cost,
            case
                when mean_cost < cost_1 and mean_cost < cost_2
                then {{ smallest_of(["cost_1", "cost_2"]) }}
                else mean_cost
            end as highest_active_cost,
            case
                when count(capped_error) over ({{ alike_before }}) >= 4
                then 1.3 * avg(capped_error) over ({{ alike_before }})
            end as usual_active_error
        from capped

    )

select *
from final
