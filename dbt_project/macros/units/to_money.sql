{# A provider's amount, given as a double, as money. The only place where a float of a
   bill becomes decimal. #}
{% macro to_money(expression) -%}
    cast({{ expression }} as {{ type_money() }})
{%- endmacro %}
