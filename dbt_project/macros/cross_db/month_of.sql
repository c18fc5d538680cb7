{# The month of a date as text, 'YYYY-MM'.

   Cut from the date's ISO text, which every engine gives, because the format functions
   have a different name and language on each. #}
{% macro month_of(date_expression) -%}
    substring(cast({{ date_expression }} as {{ type_text() }}), 1, 7)
{%- endmacro %}
