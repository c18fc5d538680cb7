{# Charges with their model, token type, customer and currency told, before anything is
   allocated. Amounts are what the invoice says; a quantity is in tokens only where
   usage_unit says so. #}
{% set grain = unified_grain() %}

with

    charges as (select * from {{ ref("int_charges_in_usd") }}),

    skus as (select * from {{ ref("int_skus_mapped") }}),

    attributions as (select * from {{ ref("int_attributions") }}),

    services as (select * from {{ ref("service_names") }}),

    described as (

        select
            charges.load_id,
            charges.charge_date as date,
            charges.cloud_provider,
            charges.billing_account_id,
            charges.sub_account_id,
            charges.project,
            charges.region,
            coalesce(services.service, charges.service_code) as service,
            charges.sku,
            case
                when charges.charge_category = 'Usage' or skus.model != 'unknown'
                then skus.model
                else 'not_applicable'
            end as model,
            skus.token_type,
            skus.usage_unit,
            skus.model_vendor,
            skus.model_family,
            skus.pricing_tier,
            skus.context_length,
            skus.deployment_scope,
            charges.charge_category,
            coalesce(attributions.customer_id, 'unattributed') as customer_id,
            coalesce(
                attributions.customer_attribution, 'unattributed'
            ) as customer_attribution,
            coalesce(charges.tagged_team, attributions.team) as team,
            coalesce(
                charges.tagged_environment, attributions.environment
            ) as environment,
            coalesce(
                {{ feature_name("charges.tagged_feature") }},
                {{ feature_name("attributions.feature") }}
            ) as feature,
            charges.billing_currency,
            charges.invoice_month,
            cast(
                charges.metered_quantity
                * skus.units_per_quantity as {{ type_quantity() }}
            ) as usage_amount,
            charges.cost_usd,
            charges.list_cost_usd,
            charges.effective_cost_usd,
            charges.billed_cost,
            charges.list_cost,
            charges.effective_cost,
            charges.ingested_at
        from charges
        inner join skus on charges.sku_key = skus.sku_key
        left join attributions on charges.evidence_key = attributions.evidence_key
        left join
            services
            on charges.cloud_provider = services.cloud_provider
            and charges.service_code = services.service_code

    ),

    summed as (

        select
            load_id,
            {% for column in grain %} {{ column }}, {% endfor %}
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_quantity("usage_amount") }} as usage_amount,
            {{ sum_money("list_cost_usd") }} as list_cost_usd,
            {{ sum_money("effective_cost_usd") }} as effective_cost_usd,
            {{ sum_money("billed_cost") }} as cost_in_billing_currency,
            {{ sum_money("list_cost") }} as list_cost_in_billing_currency,
            {{ sum_money("effective_cost") }} as effective_cost_in_billing_currency,
            max(ingested_at) as ingested_at
        from described
        group by
            load_id,
            {% for column in grain %}
                {{ column }}{{ "," if not loop.last }}
            {% endfor %}

    )

select *
from summed
