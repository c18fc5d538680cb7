{# Whether a table says by which rules its rows were made; one that was built by a release
   without incremental models does not, and is filled anew. #}
{% macro has_definition_version(relation) -%}
    {%- set names = adapter.get_columns_in_relation(relation) | map(
        attribute="name"
    ) -%}
    {{ return("definition_version" in names | map("lower") | list) }}
{%- endmacro %}
