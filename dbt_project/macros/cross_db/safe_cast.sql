{# A cast that gives null where it fails, for dbt's unit tests: T-SQL has no literals true
   and false, which dbt-sqlserver's own variant writes where a test's row holds one. #}
{% macro sqlserver__safe_cast(field, type) -%}
    {%- set value = (1 if field else 0) if field is boolean else field -%}
    try_cast({{ value }} as {{ type }})
{%- endmacro %}
