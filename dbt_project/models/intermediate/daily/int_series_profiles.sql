{# Which part of its week a day is, known before the day: the mean of the three views of
   the week, weighted by how well each would have foretold the 42 days before. A series
   without a weekly rhythm is not forced into one, and a rhythm counts for more the longer
   it has been seen. One row per series and day. #}
{{ config(materialized="table") }}

{% set series_days = "partition by scope_type, scope_key order by date" %}
{% set week_before = series_days ~ " rows between 7 preceding and 1 preceding" %}
{% set errors_before = series_days ~ " rows between 42 preceding and 1 preceding" %}
{% set views = ["even", "weekend", "weekday"] %}

with

    indexed as (select * from {{ ref("int_series_weekdays") }}),

    foretold as (

        select
            *,
            {% for view in views %}
                case
                    when history_days >= 7
                    then
                        {{ view }}_index
                        * {{ trimmed_mean("cost / " ~ view ~ "_index", week_before) }}
                end as {{ view }}_expected{{ "," if not loop.last }}
            {% endfor %}
        from indexed

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
            case
                -- Never a cost on such days, whatever the other views say.
                when weekday_index <= 0.02 or weekend_index <= 0.02
                then 0.001
                else
                    (
                        {% for view in views %}
                            {{ view }}_index * {{ view }}_weight
                            {{ "+" if not loop.last }}
                        {% endfor %}
                    ) / (
                        {% for view in views %}
                            {{ view }}_weight {{ "+" if not loop.last }}
                        {% endfor %}
                    )
            end as day_index
        from weighed

    )

select *
from final
