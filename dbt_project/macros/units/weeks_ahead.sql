{# In which week ahead a day of a forecast lies: 1 for days 1 to 7, 2 for 8 to 14 and so
   on, at most 8, the longest that earlier forecasts are judged over. #}
{% macro weeks_ahead(horizon_days) -%}
    case
        {% for week in range(1, 8) %}
            when {{ horizon_days }} <= {{ 7 * week }} then {{ week }}
        {% endfor %}
        else 8
    end
{%- endmacro %}
