{# Number of a day's weekday, 0 for Monday to 6 for Sunday; engines count from other days. #}
{% macro weekday_number(date) -%}
    {{ modulo(dbt.datediff("cast('2001-01-01' as date)", date, "day"), 7) }}
{%- endmacro %}
