{# How the days of the week of a series stand to each other, known before each day.

   Three views of the week are tried: all days alike, workdays and weekends, each weekday
   for itself. What is used is their mean, weighted by how well each would have foretold
   the 42 days before: a series without a weekly rhythm is not forced into one, and a
   rhythm counts for more the longer it has been seen. #}
{{ config(materialized="table") }}

{% set series_days = "partition by scope_type, scope_key order by date" %}
{% set week_before = series_days ~ " rows between 7 preceding and 1 preceding" %}
{% set errors_before = series_days ~ " rows between 42 preceding and 1 preceding" %}
{% set days_alike = {
    "weekday": "partition by scope_type, scope_key, weekday order by date"
    ~ " rows between 8 preceding and 1 preceding",
    "weekend": "partition by scope_type, scope_key, is_weekend order by date"
    ~ " rows between 16 preceding and 1 preceding",
    "workday": "partition by scope_type, scope_key, is_weekend order by date"
    ~ " rows between 40 preceding and 1 preceding",
} %}
{% set views = ["even", "weekend", "weekday"] %}

with

    series as (

        select
            scope_type,
            scope_key,
            date,
            weekday,
            history_days,
            case when weekday >= 5 then 1 else 0 end as is_weekend,
            cast(cost_usd as {{ type_double() }}) as cost
        from {{ ref("int_series_daily") }}

    ),

    weeks as (

        select
            *,
            avg(cost) over ({{ week_before }}) as mean_7,
            {{ standard_deviation("cost") }} over ({{ week_before }}) as stddev_7,
            case
                when history_days >= 7 then {{ trimmed_mean("cost", week_before) }}
            end as trimmed_mean_7
        from series

    ),

    ratios as (

        select
            *,
            -- What runs on the first of a month says nothing about its weekday.
            case
                when trimmed_mean_7 > 0 and date != {{ first_day_of_month("date") }}
                then cost / trimmed_mean_7
            end as week_ratio
        from weeks

    ),

    counted as (

        select
            *,
            {% for days, window in days_alike.items() %}
                count(week_ratio) over ({{ window }}) as {{ days }}_count,
                avg(week_ratio) over ({{ window }}) as {{ days }}_mean,
                {{ trimmed_mean("week_ratio", window) }} as {{ days }}_trimmed_mean
                {{- "," if not loop.last }}
            {% endfor %}
        from ratios

    ),

    averaged as (

        select
            *,
            case
                when weekday_count >= 3 then weekday_trimmed_mean else 1
            end as weekday_average,
            case
                when is_weekend = 1 and weekend_count >= 3
                then weekend_trimmed_mean
                when is_weekend = 1 and weekend_count >= 2
                then weekend_mean
                when is_weekend = 0 and workday_count >= 3
                then workday_trimmed_mean
                when is_weekend = 0 and workday_count >= 2
                then workday_mean
                else 1
            end as weekend_average
        from counted

    ),

    indexed as (

        select
            *,
            cast(1 as {{ type_double() }}) as even_index,
            case
                when weekend_average > 0.02 then weekend_average else 0.02
            end as weekend_index,
            case
                when weekday_average > 0.02 then weekday_average else 0.02
            end as weekday_index
        from averaged

    ),

    adjusted as (

        select
            *,
            {% for view in views %}
                cost / {{ view }}_index as {{ view }}_cost{{ "," if not loop.last }}
            {% endfor %}
        from indexed

    ),

    foretold as (

        select
            *,
            {% for view in views %}
                case
                    when history_days >= 7
                    then
                        {{ view }}_index
                        * {{ trimmed_mean(view ~ "_cost", week_before) }}
                end as {{ view }}_expected{{ "," if not loop.last }}
            {% endfor %}
        from adjusted

    ),

    missed as (

        select
            *,
            {% for view in views %}
                abs({{ log_ratio("cost", view ~ "_expected") }}) as {{ view }}_error
                {{- "," if not loop.last }}
            {% endfor %}
        from foretold

    ),

    capped as (

        select
            *,
            {% for view in views %}
                -- One spike must not decide which view is right.
                case
                    when {{ view }}_error > 0.7 then 0.7 else {{ view }}_error
                end as {{ view }}_capped_error{{ "," if not loop.last }}
            {% endfor %}
        from missed

    ),

    rated as (

        select
            *,
            {% for view in views %}
                case
                    when count({{ view }}_capped_error) over ({{ errors_before }}) < 7
                    then 1.0
                    when avg({{ view }}_capped_error) over ({{ errors_before }}) < 0.01
                    then 0.01
                    else avg({{ view }}_capped_error) over ({{ errors_before }})
                end as {{ view }}_loss{{ "," if not loop.last }}
            {% endfor %}
        from capped

    ),

    weighed as (

        select
            *,
            {% for view in views %}
                {% set loss = view ~ "_loss" %}
                1.0
                / ({{ [loss, loss, loss, loss] | join(" * ") }}) as {{ view }}_weight
                {{- "," if not loop.last }}
            {% endfor %}
        from rated

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
            (
                {% for view in views %}
                    {{ view }}_index * {{ view }}_weight {{ "+" if not loop.last }}
                {% endfor %}
            ) / (
                {% for view in views %}
                    {{ view }}_weight {{ "+" if not loop.last }}
                {% endfor %}
            ) as day_index
        from weighed

    )

select *
from final
