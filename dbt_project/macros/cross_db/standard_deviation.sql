{# Sample standard deviation, aggregate or window function by what follows it. #}
{% macro standard_deviation(expression) -%}
    {{ return(adapter.dispatch("standard_deviation", "llm_costs")(expression)) }}
{%- endmacro %}

{% macro default__standard_deviation(expression) -%}
    {{ return("stddev_samp(" ~ expression ~ ")") }}
{%- endmacro %}

{% macro sqlserver__standard_deviation(expression) -%}
    {{ return("stdev(" ~ expression ~ ")") }}
{%- endmacro %}
