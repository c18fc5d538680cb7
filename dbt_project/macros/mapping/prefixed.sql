{# A list of keys with a prefix put before each: the way a bill writes tags. #}
{% macro prefixed(prefix, keys) -%}
    {%- set names = [] -%}
    {%- for key in keys -%} {%- do names.append(prefix ~ key) -%} {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
