{# Type of text columns: ids, names, SKU strings.

   dbt.type_string() is varchar(256) on Redshift, too short for a resource's name, and
   unlimited text cannot be a key on SQL Server. #}
{% macro type_text() -%}
    {{ return(adapter.dispatch("type_text", "llm_costs")()) }}
{%- endmacro %}

{% macro default__type_text() -%} {{ return("varchar") }} {%- endmacro %}

{% macro bigquery__type_text() -%} {{ return("string") }} {%- endmacro %}

{% macro redshift__type_text() -%} {{ return("varchar(2000)") }} {%- endmacro %}

{% macro sqlserver__type_text() -%} {{ return("nvarchar(2000)") }} {%- endmacro %}
