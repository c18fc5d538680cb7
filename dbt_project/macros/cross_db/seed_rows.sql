{# Loads a seed into BigQuery as other adapters do; dbt finds these macros before the
   adapter's own ones.

   There a seed is a load job, whose schema takes types by BigQuery's own names and without
   a precision, and which reads nothing between two commas of a text column as an empty
   text instead of null. A seed without rows is no load job, only a table. #}
{% macro bigquery__load_csv_rows(model, agate_table) %}
    {%- set types = seed_types(model, agate_table) -%}
    {%- set texts = [] -%}
    {%- for column, type in types.items() if type == "string" -%}
        {%- do texts.append(column ~ " = nullif(" ~ column ~ ", '')") -%}
    {%- endfor -%}
    {%- do adapter.load_dataframe(
        model["database"],
        model["schema"],
        model["alias"],
        agate_table,
        types,
        model["config"]["delimiter"],
    ) -%}
    {%- call statement() -%}
        alter table {{ this }} set {{ bigquery_table_options(config, model) }}
    {%- endcall -%}
    {%- call statement() -%}
        update {{ this }} set {{ texts | join(", ") }} where true
    {%- endcall -%}
{% endmacro %}

{% macro bigquery__create_csv_table(model, agate_table) %}
    {%- if not agate_table.rows -%}
        {%- set columns = [] -%}
        {%- for column, type in seed_types(model, agate_table).items() -%}
            {%- do columns.append(column ~ " " ~ type) -%}
        {%- endfor -%}
        {%- set create_table -%}
            create or replace table {{ this }} ({{ columns | join(", ") }})
        {%- endset -%}
        {%- call statement() -%} {{ create_table }} {%- endcall -%}
        {{ return(create_table) }}
    {%- endif -%}
{% endmacro %}

{# A seed's columns with the types it declares, in BigQuery's words. #}
{% macro seed_types(model, agate_table) -%}
    {%- set declared = model["config"].get("column_types") or {} -%}
    {%- set types = {} -%}
    {%- for column in agate_table.column_names -%}
        {%- set type = declared.get(column, "varchar").split("(")[0] -%}
        {%- do types.update({column: {"varchar": "string"}.get(type, type)}) -%}
    {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}
