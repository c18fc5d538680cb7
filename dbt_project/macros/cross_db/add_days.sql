{# A date some days later (or earlier, for a negative number), as a date. #}
{% macro add_days(date_expression, days) -%}
    cast({{ dbt.dateadd("day", days, date_expression) }} as date)
{%- endmacro %}
