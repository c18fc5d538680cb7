{# What the loads kept only as totals, of all clouds in the same columns: the part of the
   bills that is no AI service. A load may have several rows of the same kind.

   Text gets a length here where an engine knows one, as in int_charges. #}
{% set texts = [
    "load_id",
    "cloud_provider",
    "billing_account_id",
    "sub_account_id",
    "service",
    "charge_type",
    "charge_category",
    "invoice_month",
    "billing_currency",
] %}

with

    {% for cloud in enabled_clouds() %}
        {{ cloud }}_totals as (

            {% if cloud == "aws" %}
                select
                    load_id,
                    'AWS' as cloud_provider,
                    billing_account_id,
                    sub_account_id,
                    service,
                    line_item_type as charge_type,
                    cast(null as {{ type_text() }}) as charge_category,
                    invoice_month,
                    billing_currency,
                    line_count,
                    billed_cost
                from {{ ref("stg_aws_cur__filtered_totals") }}
            {% elif cloud == "azure" %}
                select
                    load_id,
                    'Azure' as cloud_provider,
                    billing_account_id,
                    billing_account_id as sub_account_id,
                    service,
                    coalesce(nullif(charge_type, ''), 'Usage') as charge_type,
                    cast(null as {{ type_text() }}) as charge_category,
                    invoice_month,
                    billing_currency,
                    cast(null as {{ dbt.type_bigint() }}) as line_count,
                    billed_cost
                from {{ ref("stg_azure_costs__filtered_totals") }}
            {% elif cloud == "focus" %}
                select
                    load_id,
                    cloud_provider,
                    billing_account_id,
                    sub_account_id,
                    service,
                    cast(null as {{ type_text() }}) as charge_type,
                    charge_category,
                    invoice_month,
                    billing_currency,
                    line_count,
                    billed_cost
                from {{ ref("stg_focus__filtered_totals") }}
            {% else %}
                select
                    load_id,
                    'GCP' as cloud_provider,
                    billing_account_id,
                    billing_account_id as sub_account_id,
                    service,
                    cost_type as charge_type,
                    cast(null as {{ type_text() }}) as charge_category,
                    invoice_month,
                    billing_currency,
                    line_count,
                    cast(
                        gross_cost + credits_amount as {{ type_money() }}
                    ) as billed_cost
                from {{ ref("stg_gcp_billing__filtered_totals") }}
            {% endif %}

        ),
    {% endfor %}

    totals as (

        {% for cloud in enabled_clouds() %}
            select *
            from {{ cloud }}_totals
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    )

select
    {% for text in texts %}
        cast({{ text }} as {{ type_text() }}) as {{ text }},
    {% endfor %}
    line_count,
    billed_cost
from totals
