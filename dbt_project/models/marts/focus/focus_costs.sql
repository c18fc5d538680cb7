{# The costs in FOCUS 1.2 columns, with 1.3's provider and allocation columns and ours
   behind x_. Names are quoted, because FOCUS writes them in Pascal case and some engines
   fold what is not quoted.

   A daily aggregate has no resource, invoice or commitment of its own: these columns
   are null, which FOCUS allows, rather than made up. #}
{% set names = {
    "AWS": "Amazon Web Services",
    "Azure": "Microsoft",
    "GCP": "Google Cloud",
} %}

with

    costs as (select * from {{ ref("unified_costs") }}),

    customers as (select customer_id, customer_name from {{ ref("dim_customers") }}),

    described as (

        select
            costs.*,
            customers.customer_name,
            cast(
                {{ dbt.concat(["costs.invoice_month", "'-01'"]) }} as date
            ) as billing_month,
            case
                costs.cloud_provider
                {% for cloud, name in names.items() %}
                    when '{{ cloud }}' then '{{ name }}'
                {% endfor %}
            end as provider_name,
            case
                when costs.service in ('Azure Marketplace', 'Vertex AI Partner Models')
                then costs.model_vendor
                when
                    costs.cloud_provider = 'AWS'
                    and costs.model_vendor not in ('amazon', 'aws', 'unknown')
                then costs.model_vendor
                else
                    case
                        costs.cloud_provider
                        {% for cloud, name in names.items() %}
                            when '{{ cloud }}' then '{{ name }}'
                        {% endfor %}
                    end
            end as publisher_name,
            case
                when costs.charge_category in ('Usage', 'Purchase') then 1 else 0
            end as has_sku,
            case when costs.charge_category = 'Usage' then 1 else 0 end as is_usage
        from costs
        left join customers on costs.customer_id = customers.customer_id

    ),

    final as (

        select
            -- billing
            billing_account_id as {{ adapter.quote("BillingAccountId") }},
            cast(
                null as {{ type_text() }}
            ) as {{ adapter.quote("BillingAccountName") }},
            case
                cloud_provider
                when 'AWS'
                then 'Payer Account'
                when 'Azure'
                then 'Scope'
                else 'Billing Account'
            end as {{ adapter.quote("BillingAccountType") }},
            billing_currency as {{ adapter.quote("BillingCurrency") }},
            cast(
                billing_month as {{ dbt.type_timestamp() }}
            ) as {{ adapter.quote("BillingPeriodStart") }},
            cast(
                {{ dbt.dateadd("month", 1, "billing_month") }}
                as {{ dbt.type_timestamp() }}
            ) as {{ adapter.quote("BillingPeriodEnd") }},
            cast(null as {{ type_text() }}) as {{ adapter.quote("InvoiceId") }},
            provider_name as {{ adapter.quote("InvoiceIssuerName") }},
            sub_account_id as {{ adapter.quote("SubAccountId") }},
            cast(null as {{ type_text() }}) as {{ adapter.quote("SubAccountName") }},
            case
                cloud_provider
                when 'AWS'
                then 'Account'
                when 'Azure'
                then 'Subscription'
                else 'Project'
            end as {{ adapter.quote("SubAccountType") }},

            -- charge
            charge_category as {{ adapter.quote("ChargeCategory") }},
            case
                when charge_category = 'Adjustment' then 'Correction'
            end as {{ adapter.quote("ChargeClass") }},
            {{
                dbt.concat(
                    ["service", "' '", "coalesce(nullif(sku, ''), charge_category)"]
                )
            }} as {{ adapter.quote("ChargeDescription") }},
            case
                charge_category
                when 'Usage'
                then 'Usage-Based'
                when 'Purchase'
                then 'Recurring'
                else 'One-Time'
            end as {{ adapter.quote("ChargeFrequency") }},
            cast(
                date as {{ dbt.type_timestamp() }}
            ) as {{ adapter.quote("ChargePeriodStart") }},
            cast(
                {{ add_days("date", 1) }} as {{ dbt.type_timestamp() }}
            ) as {{ adapter.quote("ChargePeriodEnd") }},

            -- costs, in the billing currency
            cost_in_billing_currency as {{ adapter.quote("BilledCost") }},
            effective_cost_in_billing_currency as {{ adapter.quote("EffectiveCost") }},
            cost_in_billing_currency as {{ adapter.quote("ContractedCost") }},
            list_cost_in_billing_currency as {{ adapter.quote("ListCost") }},

            -- quantities and prices
            case
                when is_usage = 1 then usage_amount
            end as {{ adapter.quote("ConsumedQuantity") }},
            case
                when is_usage = 1 then usage_unit
            end as {{ adapter.quote("ConsumedUnit") }},
            case
                when is_usage = 1
                then usage_amount
                when has_sku = 1
                then cast(1 as {{ type_quantity() }})
            end as {{ adapter.quote("PricingQuantity") }},
            case
                when is_usage = 1 then usage_unit when has_sku = 1 then 'units'
            end as {{ adapter.quote("PricingUnit") }},
            case
                when has_sku = 0
                then null
                when pricing_tier = 'provisioned' and charge_category = 'Purchase'
                then 'Committed'
                else 'Standard'
            end as {{ adapter.quote("PricingCategory") }},

            -- what
            provider_name as {{ adapter.quote("ProviderName") }},
            publisher_name as {{ adapter.quote("PublisherName") }},
            'AI and Machine Learning' as {{ adapter.quote("ServiceCategory") }},
            service as {{ adapter.quote("ServiceName") }},
            case
                when model = 'not_applicable'
                then 'Other (AI and Machine Learning)'
                else 'Generative AI'
            end as {{ adapter.quote("ServiceSubcategory") }},
            case when has_sku = 1 then sku end as {{ adapter.quote("SkuId") }},
            case when has_sku = 1 then sku end as {{ adapter.quote("SkuMeter") }},

            -- where
            region as {{ adapter.quote("RegionId") }},
            region as {{ adapter.quote("RegionName") }},

            -- FOCUS 1.3
            provider_name as {{ adapter.quote("ServiceProviderName") }},
            provider_name as {{ adapter.quote("HostProviderName") }},

            -- ours
            cloud_provider as {{ adapter.quote("x_CloudProvider") }},
            model as {{ adapter.quote("x_Model") }},
            model_vendor as {{ adapter.quote("x_ModelVendor") }},
            token_type as {{ adapter.quote("x_TokenType") }},
            pricing_tier as {{ adapter.quote("x_PricingTier") }},
            customer_id as {{ adapter.quote("x_CustomerId") }},
            customer_name as {{ adapter.quote("x_CustomerName") }},
            team as {{ adapter.quote("x_Team") }},
            environment as {{ adapter.quote("x_Environment") }},
            cost_usd as {{ adapter.quote("x_BilledCostUsd") }},
            unified_cost_id as {{ adapter.quote("x_UnifiedCostId") }}
        from described

    )

select *
from final
