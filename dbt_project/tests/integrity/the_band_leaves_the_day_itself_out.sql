-- A day inside its own window pulls the mean towards itself, and its score can then
-- never
-- pass 2.27: the band of the 7 days before must be made of exactly those.
with

    judged as (

        select scope_type, scope_key, date, cost_usd, previous_7_day_mean_usd
        from {{ ref("int_series_judged") }}

    ),

    means as (

        select
            today.scope_type,
            today.scope_key,
            today.date,
            max(today.previous_7_day_mean_usd) as shown_usd,
            avg(cast(past.cost_usd as {{ type_double() }})) as expected_usd
        from judged as today
        inner join
            judged as past
            on today.scope_type = past.scope_type
            and today.scope_key = past.scope_key
            and past.date >= {{ add_days("today.date", -7) }}
            and past.date < today.date
        group by today.scope_type, today.scope_key, today.date

    )

select scope_type, scope_key, date, shown_usd, expected_usd
from means
where abs(cast(shown_usd as {{ type_double() }}) - expected_usd) > 0.000001
