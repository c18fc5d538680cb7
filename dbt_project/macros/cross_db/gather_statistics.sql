{# Statement after a table is built that lets the engine count what is in it; nothing for
   views, and nothing where the engine counts by itself.

   PostgreSQL counts some time later, in the background. Until then it takes every table
   for small, and a join of what was built a second ago can run for minutes. #}
{% macro gather_statistics() -%}
    {%- if model.config.materialized != "view" -%}
        {{ return(adapter.dispatch("gather_statistics", "llm_costs")()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__gather_statistics() -%} {%- endmacro %}

{% macro postgres__gather_statistics() -%}
    {{ return("analyze " ~ this) }}
{%- endmacro %}

{# Redshift does it by itself; without this it would take PostgreSQL's. #}
{% macro redshift__gather_statistics() -%} {%- endmacro %}
