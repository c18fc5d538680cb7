{# Whose cost it is and what was bought, as FOCUS tells it: what the bills do not say in its
   words. Amounts and periods have models of their own. #}
with

    costs as (

        select
            *,
            case
                cloud_provider
                when 'Azure'
                then 'Microsoft'
                when 'GCP'
                then 'Google Cloud'
                else cloud_provider
            end as provider_name,
            case
                when charge_category in ('Usage', 'Purchase')
                then coalesce(nullif(sku, ''), service)
            end as sku_id
        from {{ ref("unified_costs") }}

    ),

    customers as (select * from {{ ref("dim_customers") }}),

    services as (select * from {{ ref("focus_services") }}),

    publishers as (select * from {{ ref("focus_publishers") }}),

    final as (

        select
            -- ids
            costs.unified_cost_id,
            costs.billing_account_id,
            costs.sku_id,

            -- parties and accounts
            costs.provider_name,
            coalesce(publishers.publisher_name, costs.provider_name) as publisher_name,
            {{
                focus_billing_account_type(
                    "costs.cloud_provider", "costs.billing_account_id"
                )
            }} as billing_account_type,
            nullif(costs.sub_account_id, '') as sub_account_id,
            {{ focus_sub_account_type("costs.cloud_provider", "costs.sub_account_id") }}
            as sub_account_type,
            nullif(costs.region, '') as region,
            costs.project,
            nullif(costs.customer_id, 'unattributed') as customer_id,
            case
                when costs.customer_id != 'unattributed' then customers.customer_name
            end as customer_name,
            nullif(costs.customer_attribution, 'unattributed') as customer_attribution,
            costs.team,
            costs.environment,
            costs.feature,
            {{
                json_object(
                    {
                        "customer": "nullif(costs.customer_id, 'unattributed')",
                        "team": "costs.team",
                        "environment": "costs.environment",
                        "feature": "costs.feature",
                    }
                )
            }} as tags,

            -- what was bought
            costs.charge_category,
            costs.service,
            coalesce(
                services.service_subcategory, 'Other (AI and Machine Learning)'
            ) as service_subcategory,
            {{
                dbt.concat(
                    [
                        "costs.service",
                        "': '",
                        "coalesce(nullif(costs.sku, ''), costs.charge_category)",
                    ]
                )
            }} as charge_description,
            case
                when costs.sku_id is not null
                then {{ focus_sku_meter("costs.token_type") }}
            end as sku_meter,
            case
                when costs.model not in ('not_applicable', 'unspecified', 'unknown')
                then costs.model
            end as model,
            nullif(costs.model_vendor, 'unknown') as model_vendor,
            costs.token_type,
            costs.pricing_tier,
            case
                costs.charge_category
                when 'Usage'
                then 'Usage-Based'
                when 'Purchase'
                then 'Recurring'
                else 'One-Time'
            end as charge_frequency
        from costs
        left join customers on costs.customer_id = customers.customer_id
        left join services on costs.service = services.service
        left join
            publishers
            on costs.cloud_provider = publishers.cloud_provider
            and costs.model_vendor = publishers.model_vendor

    )

select *
from final
