{# One character by its Unicode number, for those that must not stand in SQL as they are:
   dbt-sqlserver sends statements as text in the database's code page, which makes a
   question mark of what the page does not have. #}
{% macro character(number) -%}
    {{ return(adapter.dispatch("character", "llm_costs")(number)) }}
{%- endmacro %}

{% macro default__character(number) -%}
    {{ return("chr(" ~ number ~ ")") }}
{%- endmacro %}

{% macro bigquery__character(number) -%}
    {{ return("code_points_to_string([" ~ number ~ "])") }}
{%- endmacro %}

{% macro sqlserver__character(number) -%}
    {{ return("nchar(" ~ number ~ ")") }}
{%- endmacro %}
