{# Remainder of a division of whole numbers. T-SQL knows only the operator, BigQuery only
   the function. #}
{% macro modulo(dividend, divisor) -%}
    {{ return(adapter.dispatch("modulo", "llm_costs")(dividend, divisor)) }}
{%- endmacro %}

{% macro default__modulo(dividend, divisor) -%}
    {{ return("mod(" ~ dividend ~ ", " ~ divisor ~ ")") }}
{%- endmacro %}

{% macro sqlserver__modulo(dividend, divisor) -%}
    {{ return("((" ~ dividend ~ ") % (" ~ divisor ~ "))") }}
{%- endmacro %}
