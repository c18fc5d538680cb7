{# How long ago a series came back after a month of nothing. One row per series and day.

   What has cost nothing for 28 days and then costs something begins anew: what it cost
   before says little about what it should cost now, and it is no anomaly that it costs
   something. A second return within two months is a rhythm, such as that of a monthly job,
   and no news as long as eight weeks hold a day to compare it with. #}
{% set by_series = "partition by scope_type, scope_key order by date" %}
{% set days_before = by_series ~ " rows between unbounded preceding and 1 preceding" %}
{% set days_so_far = by_series ~ " rows between unbounded preceding and current row" %}

with

    days as (

        select
            scope_type,
            scope_key,
            date,
            cost,
            max(case when cost > 0 then date end) over (
                {{ days_before }}
            ) as last_active_date
        from {{ ref("int_series_weeks") }}

    ),

    rested as (

        select
            *,
            case
                when cost > 0
                then {{ dbt.datediff("last_active_date", "date", "day") }} - 1
            end as days_of_rest
        from days

    ),

    returned as (

        select *, case when days_of_rest >= 28 then date end as return_date from rested

    ),

    followed as (

        select *, max(return_date) over ({{ days_before }}) as previous_return_date
        from returned

    ),

    told as (

        select
            *,
            case
                when
                    days_of_rest >= 56
                    or previous_return_date is null
                    or {{ dbt.datediff("previous_return_date", "return_date", "day") }}
                    > 62
                then return_date
            end as new_start_date
        from followed

    ),

    latest as (

        select
            scope_type,
            scope_key,
            date,
            max(new_start_date) over ({{ days_so_far }}) as new_start_date
        from told

    ),

    final as (

        select
            scope_type,
            scope_key,
            date,
            {{ dbt.datediff("new_start_date", "date", "day") }} as days_since_return
        from latest

    )

select *
from final
