{# Adds to a seed that was just made those of its optional columns that the user's file
   does not have, empty: a file that was written for an older release builds as before,
   instead of ending in an error about a column that nobody needs. A misspelt one would be
   without effect and without a word, so columns that nothing reads are told then.

   Text is added by the type of its own: BigQuery has no `varchar`, and SQL Server's is one
   character long. #}
{% macro add_optional_columns() -%}
    {%- set optional = (model.config.meta or {}).get("optional_columns", []) -%}
    {%- if optional and asks_the_warehouse() -%}
        {%- set declared = model.config.column_types -%}
        {%- set present = (
            adapter.get_columns_in_relation(this)
            | map(attribute="name")
            | map("lower")
            | list
        ) -%}
        {%- set missing = optional | reject("in", present) | list -%}
        {%- set unknown = present | reject("in", declared) | list -%}
        {%- for name in missing -%}
            {%- set type = declared[name] -%}
            {%- call statement("add_" ~ name) -%}
                alter table {{ this }} {{
                    adapter.dispatch("new_column", "llm_costs")(
                        name, type_text() if type == "varchar" else type
                    )
                }}
            {%- endcall -%}
        {%- endfor -%}
        {%- if missing and unknown -%}
            {%- do exceptions.warn(
                model.original_file_path ~ " has no column " ~ missing
                | join(", ") ~ ", and nothing reads its column " ~ unknown
                | join(", ")
            ) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__new_column(name, type) -%} add column {{ name }} {{ type }}
{%- endmacro %}

{# The seed's other columns are without a precision there, too. #}
{% macro bigquery__new_column(name, type) -%}
    add column {{ name }} {{ type.split("(")[0] }}
{%- endmacro %}

{% macro sqlserver__new_column(name, type) -%} add {{ name }} {{ type }}
{%- endmacro %}
