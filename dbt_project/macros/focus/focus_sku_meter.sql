{# What a SKU measures, in the words that FOCUS' SkuMeter is meant for, by token type. #}
{% macro focus_sku_meter(token_type) -%}
    {%- set meters = {
        "input": "Input Tokens",
        "output": "Output Tokens",
        "cache_read": "Cache Read Tokens",
        "cache_write": "Cache Write Tokens",
        "embedding": "Embedding Tokens",
        "image": "Images",
        "audio": "Audio",
        "video": "Video",
        "provisioned": "Provisioned Throughput",
        "training": "Training",
        "storage": "Storage",
        "request": "Requests",
    } -%}
    case
        {{ token_type }}
        {% for name, meter in meters.items() %}
            when '{{ name }}' then '{{ meter }}'
        {% endfor %}
        else 'Other Usage'
    end
{%- endmacro %}
