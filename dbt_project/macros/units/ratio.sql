{# A share or a unit price: a division that is null where the divisor is 0, as a double,
   because a quotient of decimals has another type on every engine. #}
{% macro ratio(dividend, divisor) -%}
    cast({{ dividend }} as {{ dbt.type_float() }})
    / nullif(cast({{ divisor }} as {{ dbt.type_float() }}), 0)
{%- endmacro %}
