{# Where a text literal first stands in an expression, counted from 1; 0 where it does
   not. #}
{% macro text_position(literal, expression) -%}
    {{ dbt.position("'" ~ literal ~ "'", expression) }}
{%- endmacro %}
