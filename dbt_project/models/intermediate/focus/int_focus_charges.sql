{# What FOCUS wants to know of a cost and the bills do not say in its words. Longer than
   other models because it is a list: one column after the other, each said once. #}
with

    costs as (select * from {{ ref("unified_costs") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    services as (select * from {{ ref("focus_services") }}),

    publishers as (select * from {{ ref("focus_publishers") }}),

    dated as (

        select
            costs.*,
            cast(
                {{ dbt.concat(["costs.invoice_month", "'-01'"]) }} as date
            ) as billing_month,
            cast(
                {{
                    dbt.dateadd(
                        "month",
                        1,
                        "cast("
                        ~ dbt.concat(["costs.invoice_month", "'-01'"])
                        ~ " as date)",
                    )
                }} as date
            ) as next_billing_month,
            case
                costs.cloud_provider
                when 'Azure'
                then 'Microsoft'
                when 'GCP'
                then 'Google Cloud'
                else costs.cloud_provider
            end as provider_name,
            case
                when costs.charge_category = 'Usage'
                then costs.usage_amount
                when costs.charge_category = 'Purchase'
                then cast(1 as {{ type_quantity() }})
            end as pricing_quantity,
            case
                when costs.charge_category in ('Usage', 'Purchase')
                then coalesce(nullif(costs.sku, ''), costs.service)
            end as sku_id,
            case
                when
                    costs.charge_category = 'Usage'
                    and costs.effective_cost_in_billing_currency
                    != costs.cost_in_billing_currency
                then 1
                else 0
            end as is_under_commitment
        from costs

    ),

    described as (

        select
            -- ids
            dated.unified_cost_id,
            dated.billing_account_id,
            dated.sku_id,

            -- parties and accounts
            dated.provider_name,
            coalesce(publishers.publisher_name, dated.provider_name) as publisher_name,
            {{
                focus_billing_account_type(
                    "dated.cloud_provider", "dated.billing_account_id"
                )
            }} as billing_account_type,
            nullif(dated.sub_account_id, '') as sub_account_id,
            {{ focus_sub_account_type("dated.cloud_provider", "dated.sub_account_id") }}
            as sub_account_type,
            nullif(dated.region, '') as region,
            dated.project,
            nullif(dated.customer_id, 'unattributed') as customer_id,
            case
                when dated.customer_id != 'unattributed' then customers.customer_name
            end as customer_name,
            nullif(dated.customer_attribution, 'unattributed') as customer_attribution,
            dated.team,
            dated.environment,
            {{
                json_object(
                    {
                        "customer": "nullif(dated.customer_id, 'unattributed')",
                        "team": "dated.team",
                        "environment": "dated.environment",
                    }
                )
            }} as tags,

            -- what was bought and how it is priced
            dated.charge_category,
            dated.service,
            coalesce(
                services.service_subcategory, 'Other (AI and Machine Learning)'
            ) as service_subcategory,
            {{
                dbt.concat(
                    [
                        "dated.service",
                        "': '",
                        "coalesce(nullif(dated.sku, ''), dated.charge_category)",
                    ]
                )
            }} as charge_description,
            case
                when dated.sku_id is not null
                then {{ focus_sku_meter("dated.token_type") }}
            end as sku_meter,
            case
                when dated.model not in ('not_applicable', 'unspecified', 'unknown')
                then dated.model
            end as model,
            nullif(dated.model_vendor, 'unknown') as model_vendor,
            dated.token_type,
            dated.pricing_tier,
            case
                when dated.charge_category = 'Usage'
                then {{ focus_unit("dated.usage_unit") }}
                when dated.charge_category = 'Purchase'
                then 'Units'
            end as pricing_unit,
            dated.pricing_quantity,
            case
                dated.charge_category
                when 'Usage'
                then 'Usage-Based'
                when 'Purchase'
                then 'Recurring'
                else 'One-Time'
            end as charge_frequency,
            case
                when dated.pricing_quantity is null
                then null
                when dated.is_under_commitment = 1
                then 'Committed'
                else 'Standard'
            end as pricing_category,

            -- measures
            dated.billing_currency,
            dated.cost_in_billing_currency as billed_cost,
            dated.effective_cost_in_billing_currency as effective_cost,
            dated.list_cost_in_billing_currency as list_cost,
            case
                when dated.is_under_commitment = 1
                then dated.list_cost_in_billing_currency
                else dated.cost_in_billing_currency
            end as contracted_cost,
            case
                when dated.is_under_commitment = 1
                then dated.list_cost_usd
                else dated.cost_usd
            end as contracted_cost_usd,
            dated.cost_usd,
            dated.effective_cost_usd,
            dated.list_cost_usd,
            case
                when dated.charge_category = 'Usage' then dated.usage_amount
            end as consumed_quantity,

            -- times
            dated.invoice_month,
            {{ focus_month_start("dated.cloud_provider", "dated.billing_month") }}
            as billing_period_start,
            {{ focus_month_start("dated.cloud_provider", "dated.next_billing_month") }}
            as billing_period_end,
            cast(dated.date as {{ dbt.type_timestamp() }}) as charge_period_start,
            cast(
                {{ add_days("dated.date", 1) }} as {{ dbt.type_timestamp() }}
            ) as charge_period_end
        from dated
        left join customers on dated.customer_id = customers.customer_id
        left join services on dated.service = services.service
        left join
            publishers
            on dated.cloud_provider = publishers.cloud_provider
            and dated.model_vendor = publishers.model_vendor

    ),

    priced as (

        select
            *,
            -- Its own period had its invoice before.
            case
                when charge_period_end <= billing_period_start then 'Correction'
            end as charge_class,
            {{ ratio("contracted_cost", "pricing_quantity") }} as contracted_price,
            {{ ratio("list_cost", "pricing_quantity") }} as list_price,
            {{ ratio("contracted_cost_usd", "pricing_quantity") }}
            as contracted_price_usd,
            {{ ratio("list_cost_usd", "pricing_quantity") }} as list_price_usd
        from described

    ),

    final as (

        select
            *,
            -- A unit price is never negative; an amount given back has none.
            case
                when contracted_price >= 0 then contracted_price
            end as contracted_unit_price,
            case when list_price >= 0 then list_price end as list_unit_price,
            case
                when contracted_price_usd >= 0 then contracted_price_usd
            end as contracted_unit_price_usd,
            case when list_price_usd >= 0 then list_price_usd end as list_unit_price_usd
        from priced

    )

select *
from final
