{# A share or a unit price: a division that is null where the divisor is 0, as a double,
   because a quotient of decimals has another type on every engine. #}
{% macro ratio(dividend, divisor) -%}
    cast({{ dividend }} as {{ type_double() }})
    / nullif(cast({{ divisor }} as {{ type_double() }}), 0)
{%- endmacro %}
