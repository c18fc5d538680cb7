{# A key made of several columns: md5 of their text, nulls kept apart from empty text.

   Keys of two warehouses are not meant to be compared: SQL Server hashes other bytes
   for the same text. #}
{% macro surrogate_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append(
            "coalesce(cast(" ~ column ~ " as " ~ type_text() ~ "), '~null~')"
        ) -%}
        {%- if not loop.last -%} {%- do parts.append("'|'") -%} {%- endif -%}
    {%- endfor -%}
    {{ text_digest(dbt.concat(parts)) }}
{%- endmacro %}
