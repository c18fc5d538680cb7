{# All clouds' charges in the same columns. Still one row per line of a bill. #}
{% set columns = charge_dimensions() + [
    "metered_quantity",
    "billed_cost",
    "list_cost",
    "effective_cost",
    "ingested_at",
] %}

{% for cloud in enabled_clouds() %}
    select
        {% for column in columns %} {{ column }}{{ "," if not loop.last }} {% endfor %}
    from {{ ref("int_" ~ cloud ~ ("_input" if cloud == "focus" else "") ~ "_charges") }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
