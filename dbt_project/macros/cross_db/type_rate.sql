{# Type of exchange rates and of units' multipliers.

   Narrower than money on purpose: T-SQL cuts the scale of a product of two wide
   numerics, and money times this type keeps nine decimals there. #}
{% macro type_rate() -%}
    {{ return(adapter.dispatch("type_rate", "llm_costs")()) }}
{%- endmacro %}

{% macro default__type_rate() -%} {{ return("numeric(18, 9)") }} {%- endmacro %}

{% macro bigquery__type_rate() -%} {{ return("numeric") }} {%- endmacro %}
