{# The first day of a date's month, as a date. #}
{% macro first_day_of_month(date_expression) -%}
    cast({{ dbt.date_trunc("month", date_expression) }} as date)
{%- endmacro %}
