{# A text as a literal, whatever it holds: a customer's id comes from somebody's tag.

   BigQuery takes a doubled quote for two literals and a backslash for an escape, as
   Redshift does; SQL Server reads a literal without N in the database's code page. #}
{% macro text_literal(value) -%}
    {{ return(adapter.dispatch("text_literal", "llm_costs")(value | string)) }}
{%- endmacro %}

{% macro default__text_literal(value) -%}
    {{ return("'" ~ value.replace("'", "''") ~ "'") }}
{%- endmacro %}

{% macro bigquery__text_literal(value) -%}
    {%- set escaped = value.replace("\\", "\\\\").replace("'", "\\'") -%}
    {{ return("'" ~ escaped.replace("\n", "\\n").replace("\r", "\\r") ~ "'") }}
{%- endmacro %}

{% macro redshift__text_literal(value) -%}
    {{ return("'" ~ value.replace("\\", "\\\\").replace("'", "''") ~ "'") }}
{%- endmacro %}

{% macro sqlserver__text_literal(value) -%}
    {{ return("N'" ~ value.replace("'", "''") ~ "'") }}
{%- endmacro %}
