{# dbt.hash for SQL Server, over all letters: the adapter's own variant brings the text to
   the database's code page first, where every letter that it does not have is the same
   question mark, and two names would share a key. #}
{% macro sqlserver__hash(field) -%}
    lower(
        convert(
            varchar(32),
            hashbytes('md5', coalesce(cast({{ field }} as nvarchar(4000)), '')),
            2
        )
    )
{%- endmacro %}
