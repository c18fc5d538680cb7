-- Staging and the daily charges hold the same money per load and currency: no line is
-- dropped for its type, and a promotion taken out of a row comes back as its own
-- charge.
with

    stacked as (

        {% for cloud in enabled_clouds() %}
            select
                load_id,
                billing_currency,
                {% if cloud == "gcp" %} gross_cost + credits_amount
                {% else %} billed_cost
                {% endif %} as staged_cost,
                cast(0 as {{ type_money() }}) as charged_cost
            from
                {% if cloud == "aws" %} {{ ref("stg_aws_cur__line_items") }}
                {% elif cloud == "azure" %} {{ ref("stg_azure_costs__cost_rows") }}
                {% elif cloud == "focus" %} {{ ref("stg_focus__cost_and_usage") }}
                {% else %} {{ ref("stg_gcp_billing__billing_rows") }}
                {% endif %}
            {% if cloud == "gcp" %}
                where {{ gcp_partition_is_tested("read_partition") }}
            {% endif %}

            union all
        {% endfor %}

        select
            load_id,
            billing_currency,
            cast(0 as {{ type_money() }}) as staged_cost,
            billed_cost as charged_cost
        from {{ ref("int_daily_charges") }}

    )

select
    stacked.load_id,
    stacked.billing_currency,
    sum(stacked.staged_cost) as staged_cost,
    sum(stacked.charged_cost) as charged_cost
from stacked
where {{ gcp_load_is_tested("stacked.load_id") }}
group by stacked.load_id, stacked.billing_currency
having sum(stacked.staged_cost) != sum(stacked.charged_cost)
