{# All clouds' charges in the same columns. Still one row per line of a bill.

   Text gets a length here where an engine knows one: SQL Server groups and joins slowly by
   text of any length, which is what a loader makes there. #}
{% set others = [
    "units_per_usd_on_bill",
    "charge_date",
    "metered_quantity",
    "billed_cost",
    "list_cost",
    "effective_cost",
    "ingested_at",
] %}
{% set texts = charge_dimensions() | reject("in", others) | list %}

{% for cloud in enabled_clouds() %}
    select
        {% for text in texts %}
            cast({{ text }} as {{ type_text() }}) as {{ text }},
        {% endfor %}
        {{ others | join(", ") }},
        {% if cloud == "gcp" %} read_partition
        {% else %} cast(null as {{ dbt.type_timestamp() }}) as read_partition
        {% endif %}
    from {{ ref("int_" ~ cloud ~ ("_input" if cloud == "focus" else "") ~ "_charges") }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
