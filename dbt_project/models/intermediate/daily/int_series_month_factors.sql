{# How many times its level a day should cost by its place in the month. One row per series
   and day.

   The first and the last day of a month may cost more as two of the last three such days
   did, in proportion or by as many levels, whichever is more: some jobs do more of
   everything, others cost the same on a Sunday. Once is an incident, not a pattern, and
   must not hide the next one: while one such day is known, a day is taken for the same job
   only if it is like it, and if three times the usual cost could not be. #}
{{ config(materialized="table") }}

{% set by_series = "partition by scope_type, scope_key order by date" %}
{% set week_after = by_series ~ " rows between 1 following and 7 following" %}
{% set by_place_in_month = (
    "partition by scope_type, scope_key, place_in_month order by date"
) %}
{% set next_day = add_days("date", 1) %}
{% set measures = ["ratio", "excess"] %}

with

    levels as (

        select
            *,
            case
                when date = {{ first_day_of_month("date") }}
                then 'first'
                when {{ next_day }} = {{ first_day_of_month(next_day) }}
                then 'last'
                else 'within'
            end as place_in_month
        from {{ ref("int_series_levels") }}

    ),

    measured as (

        select
            *,
            case
                when place_in_month = 'within'
                then null
                when history_days >= 14 and recent_cost > 0
                then cost / recent_cost
                -- The first month has nothing before it, but by the next one its second
                -- week has passed.
                when {{ trimmed_mean("cost", week_after) }} > 0
                then cost / ({{ trimmed_mean("cost", week_after) }})
            end as ratio
        from levels

    ),

    paired as (

        select
            *,
            (ratio - 1)
            * case when history_days >= 14 then day_index else 1.0 end as excess
        from measured

    ),

    months as (

        select
            *,
            {% for months_ago in range(1, 4) %}
                lag(ratio, {{ months_ago }}) over (
                    {{ by_place_in_month }}
                ) as ratio_{{ months_ago }},
                lag(excess, {{ months_ago }}) over (
                    {{ by_place_in_month }}
                ) as excess_{{ months_ago }}{{ "," if not loop.last }}
            {% endfor %}
        from paired

    ),

    usual as (

        select
            *,
            {% for measure in measures %}
                case
                    when place_in_month = 'within'
                    then null
                    when {{ measure }}_3 is not null
                    then {{ middle_of(measure ~ "_1", measure ~ "_2", measure ~ "_3") }}
                    when {{ measure }}_2 is not null
                    then {{ smallest_of([measure ~ "_1", measure ~ "_2"]) }}
                    {% if measure == "ratio" %}
                        when
                            ratio_1 <= 2.25
                            and ratio between ratio_1 / 1.25 and ratio_1 * 1.25
                        then ratio_1
                    {% endif %}
                end as usual_{{ measure }}{{ "," if not loop.last }}
            {% endfor %}
        from months

    ),

    final as (

        select
            scope_type,
            scope_key,
            date,
            {{
                largest_of(
                    [
                        "case when usual_ratio > 1.15 then usual_ratio else 1.0 end",
                        "case when usual_excess > 0.15"
                        ~ " then 1 + usual_excess / day_index else 1.0 end",
                    ]
                )
            }} as month_factor
        from usual

    )

select *
from final
