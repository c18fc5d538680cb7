{# An amount in another currency or unit: money times a rate, as money. #}
{% macro convert_money(amount, rate) -%}
    cast({{ amount }} * cast({{ rate }} as {{ type_rate() }}) as {{ type_money() }})
{%- endmacro %}
