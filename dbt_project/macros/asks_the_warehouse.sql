{# Whether SQL may be made from what the warehouse answers: not while dbt parses, and not
   with `dbt compile --no-introspect`, which needs no warehouse and then shows the SQL of
   a first build. #}
{% macro asks_the_warehouse() -%}
    {{ return(execute and (flags.INTROSPECT is not defined or flags.INTROSPECT)) }}
{%- endmacro %}
