{# The first of several keys that is present, looked up in one or more JSON text columns.

   `columns` maps each column to its keys in order of preference. Empty text counts as
   absent, because that is how bills write a tag without a value. #}
{% macro first_json_text(columns) -%}
    {%- set values = [] -%}
    {%- for column, keys in columns.items() -%}
        {%- for key in keys -%}
            {%- do values.append(
                "nullif(" ~ json_text_value(column, key) ~ ", '')"
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    coalesce({{ values | join(", ") }}, null)
{%- endmacro %}
