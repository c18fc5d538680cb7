{# The days from which the costs are looked at: the last complete day, from which the
   forecast is made, and the same weekday of the weeks before it. #}
with as_of as (select * from {{ ref("int_as_of_date") }})

{% for week in range(var("forecast_past_weeks") + 1) %}
    select {{ add_days("as_of_date", -7 * week) }} as origin_date
    from as_of {{ "union all" if not loop.last }}
{% endfor %}
