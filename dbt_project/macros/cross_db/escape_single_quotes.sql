{# A text of a unit test's fixture as dbt puts it between single quotes, in place of dbt's
   own variants for these two engines: they read a backslash in a literal as an escape, and
   dbt writes it as it is, so that a fixture would say another text there than elsewhere. #}
{% macro bigquery__escape_single_quotes(expression) -%}
    {{ return(expression.replace("\\", "\\\\").replace("'", "\\'")) }}
{%- endmacro %}

{% macro redshift__escape_single_quotes(expression) -%}
    {{ return(expression.replace("\\", "\\\\").replace("'", "''")) }}
{%- endmacro %}
