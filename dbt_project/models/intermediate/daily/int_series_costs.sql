{# The daily cost of everything that is watched: the total, each provider, service, model
   and customer. One row per series and day with usage.

   Usage only: a month's tax or a yearly fee booked on one day is no anomaly of that day.
   By its effective cost: usage that a commitment begins to cover is billed at 0, which
   would look like usage that has stopped. #}
{% set scopes = {
    "total": "'all'",
    "provider": "cloud_provider",
    "service": dbt.concat(["cloud_provider", "' / '", "service"]),
    "model": "model",
    "customer": "customer_id",
} %}

with

    costs as (

        select
            date, cloud_provider, service, model, customer_id, effective_usage_cost_usd
        from {{ ref("daily_costs") }}

    ),

    {% for scope, key in scopes.items() %}
        {{ scope }}_series as (

            select
                '{{ scope }}' as scope_type,
                {{ key }} as scope_key,
                {{ "cloud_provider" if scope in ("provider", "service") else "'all'" }}
                as cloud_provider,
                {{ "service" if scope == "service" else "'all'" }} as service,
                {{ "model" if scope == "model" else "'all'" }} as model,
                {{ "customer_id" if scope == "customer" else "'all'" }} as customer_id,
                date,
                {{ sum_money("effective_usage_cost_usd") }} as cost_usd
            from costs
            {% if scope == "model" %} where model != 'not_applicable' {% endif %}
            group by
                {% if scope in ("provider", "service") %} cloud_provider, {% endif %}
                {% if scope == "service" %} service, {% endif %}
                {% if scope == "model" %} model, {% endif %}
                {% if scope == "customer" %} customer_id, {% endif %}
                date

        ),
    {% endfor %}

    final as (

        {% for scope in scopes %}
            select *
            from {{ scope }}_series
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    )

select *
from final
