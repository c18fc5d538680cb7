{# Sum of a quantity column, as quantity. #}
{% macro sum_quantity(expression) -%}
    cast(sum({{ expression }}) as {{ type_quantity() }})
{%- endmacro %}
