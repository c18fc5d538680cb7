{# A text with each pair's first text replaced by its second, one after the other. #}
{% macro replaced(expression, pairs) -%}
    {%- set ns = namespace(sql=expression) -%}
    {%- for old, new in pairs -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", '" ~ old ~ "', '" ~ new ~ "')" -%}
    {%- endfor -%}
    {{ return(ns.sql) }}
{%- endmacro %}
