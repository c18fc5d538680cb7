{# The part of the bills that is not in unified_costs, by the reason why. Together the two
   are the whole of every loaded bill. #}
{% set texts = [
    "cloud_provider",
    "billing_account_id",
    "sub_account_id",
    "service",
    "invoice_month",
    "billing_currency",
] %}
with

    {% for cloud in enabled_clouds() %}
        {{ cloud }}_totals as (

            {% if cloud == "aws" %}
                select
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

    ),

    charge_categories as (select * from {{ ref("charge_categories") }}),

    rates as (select * from {{ ref("int_exchange_rates") }}),

    described as (

        select
            {% for text in texts %}
                cast(totals.{{ text }} as {{ type_text() }}) as {{ text }},
            {% endfor %}
            coalesce(
                totals.charge_category, charge_categories.charge_category, 'Adjustment'
            ) as charge_category,
            'not an AI service' as exclusion_reason,
            totals.line_count,
            totals.billed_cost,
            {{ convert_money("totals.billed_cost", "rates.usd_per_unit") }} as cost_usd
        from totals
        left join
            charge_categories
            on totals.cloud_provider = charge_categories.cloud_provider
            and totals.charge_type = charge_categories.charge_type
        left join
            rates
            on upper(totals.billing_currency) = rates.currency
            and cast({{ dbt.concat(["totals.invoice_month", "'-01'"]) }} as date)
            >= rates.valid_from
            and cast({{ dbt.concat(["totals.invoice_month", "'-01'"]) }} as date)
            < rates.valid_until

    ),

    final as (

        select
            cloud_provider,
            billing_account_id,
            sub_account_id,
            service,
            invoice_month,
            charge_category,
            exclusion_reason,
            billing_currency,
            {{ sum_money("billed_cost") }} as cost_in_billing_currency,
            {{ sum_money("cost_usd") }} as cost_usd,
            cast(sum(line_count) as {{ dbt.type_bigint() }}) as line_count
        from described
        group by
            cloud_provider,
            billing_account_id,
            sub_account_id,
            service,
            invoice_month,
            charge_category,
            exclusion_reason,
            billing_currency

    )

select *
from final
