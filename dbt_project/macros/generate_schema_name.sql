{# Schemas are <profile schema> for the marts and <profile schema>_<custom> for the rest.

   Written out because dbt-sqlserver's own default uses the custom name alone. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if custom_schema_name is none -%} {{ target.schema }}
    {%- else -%} {{ target.schema }}_{{ custom_schema_name | trim }}
    {%- endif -%}
{%- endmacro %}
