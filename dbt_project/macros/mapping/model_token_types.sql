{# The token types that only a model's use has, as a list of SQL literals. #}
{% macro model_token_types() -%}
    'input',
    'output',
    'cache_read',
    'cache_write',
    'embedding',
    'image',
    'audio',
    'video'
{%- endmacro %}
