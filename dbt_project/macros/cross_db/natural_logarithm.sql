{# Natural logarithm. `log` is to the base 10 on PostgreSQL, DuckDB and Redshift, and the
   natural one on SQL Server, which has no `ln`. #}
{% macro natural_logarithm(expression) -%}
    {{ return(adapter.dispatch("natural_logarithm", "llm_costs")(expression)) }}
{%- endmacro %}

{% macro default__natural_logarithm(expression) -%}
    {{ return("ln(" ~ expression ~ ")") }}
{%- endmacro %}

{% macro sqlserver__natural_logarithm(expression) -%}
    {{ return("log(" ~ expression ~ ")") }}
{%- endmacro %}
