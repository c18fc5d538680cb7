-- A charge type that no row of dbt_project/seeds/charge_categories.csv knows is taken
-- for an adjustment: its cost stays, its quantity is lost, and usage is none. Add a
-- row for each that is named here. A FOCUS file says the category itself.
{{ config(severity="warn") }}

with

    charges as (

        {% for cloud in enabled_clouds() %}
            {% if cloud == "aws" %}
                select
                    'AWS' as cloud_provider,
                    coalesce(line_item_type, '') as charge_type,
                    billing_currency,
                    billed_cost
                from {{ ref("stg_aws_cur__line_items") }}
            {% elif cloud == "azure" %}
                select
                    'Azure' as cloud_provider,
                    coalesce(nullif(charge_type, ''), 'Usage') as charge_type,
                    billing_currency,
                    billed_cost
                from {{ ref("stg_azure_costs__cost_rows") }}
            {% elif cloud == "gcp" %}
                select
                    'GCP' as cloud_provider,
                    coalesce(cost_type, 'regular') as charge_type,
                    billing_currency,
                    cast(
                        gross_cost + credits_amount as {{ type_money() }}
                    ) as billed_cost
                from {{ ref("stg_gcp_billing__billing_rows") }}
                where {{ gcp_partition_is_tested("read_partition") }}
            {% else %}
                select
                    'FOCUS' as cloud_provider,
                    coalesce(charge_category, '') as charge_type,
                    billing_currency,
                    billed_cost
                from {{ ref("stg_focus__cost_and_usage") }}
            {% endif %}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    ),

    known as (

        select cloud_provider, charge_type
        from {{ ref("charge_categories") }}
        {% for category in ["Usage", "Purchase", "Tax", "Credit", "Adjustment"] %}
            union all
            select 'FOCUS' as cloud_provider, '{{ category }}' as charge_type
        {% endfor %}

    )

select
    charges.cloud_provider,
    charges.charge_type,
    charges.billing_currency,
    count(*) as charge_count,
    {{ sum_money("charges.billed_cost") }} as billed_cost
from charges
left join
    known
    on charges.cloud_provider = known.cloud_provider
    and charges.charge_type = known.charge_type
where known.charge_type is null
group by charges.cloud_provider, charges.charge_type, charges.billing_currency
