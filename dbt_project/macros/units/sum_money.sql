{# Sum of a money column, as money: SQL engines widen or narrow the type of a sum. #}
{% macro sum_money(expression) -%}
    cast(sum({{ expression }}) as {{ type_money() }})
{%- endmacro %}
