{# A text to order by, so that every warehouse has the same one come first.

   DuckDB, BigQuery and Redshift order text by its bytes, PostgreSQL and SQL Server by the
   words of the database's language. #}
{% macro in_byte_order(expression) -%}
    {{ return(adapter.dispatch("in_byte_order", "llm_costs")(expression)) }}
{%- endmacro %}

{% macro default__in_byte_order(expression) -%} {{ return(expression) }} {%- endmacro %}

{% macro postgres__in_byte_order(expression) -%}
    {{ return("cast(" ~ expression ~ ' as varchar) collate "C"') }}
{%- endmacro %}

{# Redshift has no collation of that name; without this it would take PostgreSQL's. #}
{% macro redshift__in_byte_order(expression) -%}
    {{ return(expression) }}
{%- endmacro %}

{% macro sqlserver__in_byte_order(expression) -%}
    {{ return(expression ~ " collate Latin1_General_100_BIN2") }}
{%- endmacro %}
