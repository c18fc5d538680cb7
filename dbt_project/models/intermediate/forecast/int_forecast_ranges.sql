{# By how much a forecast is usually off, for each scope and week ahead that it looks; where
   no forecast has reached so far yet, the longest known error stands for it. #}
{% set ids = ["budget_scope", "cloud_provider", "customer_id", "team"] %}

with

    errors as (select * from {{ ref("int_forecast_errors") }} where past_forecasts > 1),

    weeks as (

        {% for week in range(1, 9) %}
            select {{ week }} as weeks_ahead {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    known as (

        select
            {% for id in ids %} errors.{{ id }}, {% endfor %}
            weeks.weeks_ahead,
            max(errors.weeks_ahead) as known_weeks_ahead
        from errors
        inner join weeks on errors.weeks_ahead <= weeks.weeks_ahead
        group by {% for id in ids %} errors.{{ id }}, {% endfor %} weeks.weeks_ahead

    ),

    final as (

        select
            {% for id in ids %} known.{{ id }}, {% endfor %}
            known.weeks_ahead,
            errors.past_forecasts,
            errors.daily_error * {{ var("forecast_range_width") }} as daily_range,
            errors.summed_error * {{ var("forecast_range_width") }} as summed_range
        from known
        inner join
            errors
            on {% for id in ids %} known.{{ id }} = errors.{{ id }} and {% endfor %}
            known.known_weeks_ahead = errors.weeks_ahead

    )

select *
from final
