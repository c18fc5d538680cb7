{# Whether a raw table is in the warehouse, for one that a loader of an earlier release has
   not made. Assumed where the warehouse is not asked. #}
{% macro is_there(table) -%}
    {%- if not asks_the_warehouse() -%} {{ return(true) }} {%- endif -%}
    {%- set found = adapter.get_relation(
        database=table.database,
        schema=table.schema,
        identifier=table.identifier,
    ) -%}
    {{ return(found is not none) }}
{%- endmacro %}
