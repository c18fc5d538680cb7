{# Every day from the first to the last one that any bill mentions. One row per day.

   Made by counting, because date_spine is a nested or recursive query, which SQL Server
   does not take inside a model. #}
{{ config(materialized="table") }}

with

    digits as (

        {% for digit in range(10) %}
            select {{ digit }} as digit {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    numbers as (

        select
            thousands.digit * 1000
            + hundreds.digit * 100
            + tens.digit * 10
            + ones.digit as number_of_days
        from digits as ones
        cross join digits as tens
        cross join digits as hundreds
        cross join digits as thousands

    ),

    bounds as (

        select min(date) as first_date, max(date) as last_date
        from {{ ref("unified_costs") }}

    ),

    days as (

        select
            {{ add_days("bounds.first_date", "numbers.number_of_days") }} as date,
            bounds.last_date
        from bounds
        cross join numbers

    ),

    final as (

        select
            date,
            {{ first_day_of_month("date") }} as month,
            -- 0 is Monday, counted from a Monday, since engines disagree on weekdays.
            {{ modulo(dbt.datediff("cast('2001-01-01' as date)", "date", "day"), 7) }}
            as weekday
        from days
        where date <= last_date

    )

select *
from final
