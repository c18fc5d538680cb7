{# Whether a series has begun to creep up, and what it would cost had it not: a leak of which
   no day is unusual. One row per series and day.

   Each of the last two weeks is dearer than the one before it, and both together by nearly
   a half. A series that grew before them as well is growing, which is no news. #}
{% set by_series = "partition by scope_type, scope_key order by date" %}
{% set weeks = {
    "last": "rows between 7 preceding and 1 preceding",
    "second": "rows between 14 preceding and 8 preceding",
    "third": "rows between 21 preceding and 15 preceding",
    "fourth": "rows between 28 preceding and 22 preceding",
} %}

with

    days as (

        select
            scope_type,
            scope_key,
            date,
            day_index,
            case when day_index >= 0.05 then cost / day_index end as level_cost
        from {{ ref("int_series_profiles") }}

    ),

    weekly as (

        select
            *,
            {% for week, rows in weeks.items() %}
                {{ trimmed_mean("level_cost", by_series ~ " " ~ rows) }}
                as {{ week }}_level{{ "," if not loop.last }}
            {% endfor %}
        from days

    ),

    final as (

        select
            scope_type,
            scope_key,
            date,
            day_index * third_level as former_cost,
            case
                when
                    last_level >= 1.12 * second_level
                    and second_level >= 1.08 * third_level
                    and last_level >= 1.45 * third_level
                    and third_level < 1.15 * fourth_level
                then 1
                else 0
            end as is_creeping
        from weekly

    )

select *
from final
