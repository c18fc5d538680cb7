-- Allocation that moves a total would bill somebody a cent that no invoice has. Holds
-- whether the var allocate_unattributed is on or off.
{% set amounts = [
    "cost_usd",
    "list_cost_usd",
    "effective_cost_usd",
    "cost_in_billing_currency",
    "usage_amount",
] %}
{% set keys = [
    "date",
    "cloud_provider",
    "model",
    "token_type",
    "charge_category",
    "usage_unit",
    "billing_currency",
    "invoice_month",
] %}

with

    stacked as (

        select
            {% for key in keys %} {{ key }}, {% endfor %}
            {% for amount in amounts %}
                {{ amount }} as attributed_{{ amount }},
                cast(0 as {{ type_money() }}) as allocated_{{ amount }}
                {{- "," if not loop.last }}
            {% endfor %}
        from {{ ref("int_attributed_costs") }}

        union all

        select
            {% for key in keys %} {{ key }}, {% endfor %}
            {% for amount in amounts %}
                cast(0 as {{ type_money() }}) as attributed_{{ amount }},
                {{ amount }} as allocated_{{ amount }}{{ "," if not loop.last }}
            {% endfor %}
        from {{ ref("int_allocated_costs") }}

    )

select
    {% for key in keys %} stacked.{{ key }}, {% endfor %}
    {% for amount in amounts %}
        sum(stacked.attributed_{{ amount }}) as attributed_{{ amount }},
        sum(stacked.allocated_{{ amount }}) as allocated_{{ amount }}
        {{- "," if not loop.last }}
    {% endfor %}
from stacked
group by {% for key in keys %} stacked.{{ key }}{{ "," if not loop.last }} {% endfor %}
having
    {% for amount in amounts %}
        sum(stacked.attributed_{{ amount }}) != sum(stacked.allocated_{{ amount }})
        {{ "or" if not loop.last }}
    {% endfor %}
