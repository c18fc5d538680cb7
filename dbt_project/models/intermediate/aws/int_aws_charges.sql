{# The bill's amounts sum to the invoice only over all line item types, so none is
   dropped: what is not usage keeps its cost and loses its quantity.

   A Marketplace product code is opaque; its product name says that it is Bedrock. #}
{% set customer_keys = var("customer_keys") %}
{% set team_keys = var("team_keys") %}
{% set environment_keys = var("environment_keys") %}

with

    line_items as (select * from {{ ref("stg_aws_cur__line_items") }}),

    charge_categories as (

        select charge_type, charge_category, has_usage
        from {{ ref("charge_categories") }}
        where cloud_provider = 'AWS'

    ),

    region_prefixes as (select * from {{ ref("aws_region_prefixes") }}),

    described as (

        select
            line_items.*,
            case
                when line_items.billing_entity = 'AWS Marketplace'
                then 'AWS Marketplace'
                else line_items.product_code
            end as service_code,
            coalesce(
                charge_categories.charge_category, 'Adjustment'
            ) as charge_category,
            coalesce(charge_categories.has_usage, 0) as has_usage,
            {{ text_before("-", "line_items.usage_type") }} as usage_type_prefix,
            {{ text_after("foundation-model/", "line_items.resource_id") }}
            as foundation_model,
            {{ text_after("application-inference-profile/", "line_items.resource_id") }}
            as inference_profile,
            {{ text_after("assumed-role/", "line_items.iam_principal") }}
            as assumed_role_session
        from line_items
        left join
            charge_categories
            on line_items.line_item_type = charge_categories.charge_type

    ),

    final as (

        select
            -- ids
            described.load_id,
            'AWS' as cloud_provider,
            described.billing_account_id,
            described.sub_account_id,
            cast(null as {{ type_text() }}) as project,

            -- attributes
            described.service_code,
            coalesce(
                described.product_region_code,
                described.product_region,
                region_prefixes.region
            ) as region,
            coalesce(described.product_name, described.product_code) as sku_product,
            coalesce(described.usage_type, '') as sku,
            coalesce(described.foundation_model, '') as sku_hint,
            coalesce(described.pricing_unit, '') as pricing_unit,
            described.charge_category,
            described.billing_currency,
            {{ month_of(utc_date("described.billing_period_start")) }} as invoice_month,

            -- evidence of who caused it
            {{
                first_json_text(
                    {
                        "described.resource_tags": prefixed("user_", customer_keys),
                        "described.tags": prefixed("resourceTags/", customer_keys)
                        + prefixed("iamPrincipal/", customer_keys),
                    }
                )
            }} as evidence_resource_tag,
            described.inference_profile as evidence_inference_profile,
            {{ text_before("/", "described.assumed_role_session") }}
            as evidence_iam_principal,
            cast(null as {{ type_text() }}) as evidence_resource_group,
            cast(null as {{ type_text() }}) as evidence_project_label,
            cast(null as {{ type_text() }}) as evidence_project,
            described.sub_account_id as evidence_account,
            {{
                first_json_text(
                    {
                        "described.resource_tags": prefixed("user_", team_keys),
                        "described.tags": prefixed("resourceTags/", team_keys),
                    }
                )
            }} as tagged_team,
            {{
                first_json_text(
                    {
                        "described.resource_tags": prefixed(
                            "user_", environment_keys
                        ),
                        "described.tags": prefixed("resourceTags/", environment_keys),
                    }
                )
            }} as tagged_environment,

            -- measures
            cast(
                case
                    when described.has_usage = 1 then described.metered_quantity else 0
                end as {{ type_quantity() }}
            ) as metered_quantity,
            described.billed_cost,
            -- A Marketplace line has a public price of 0, which is no price.
            cast(
                case
                    when described.charge_category != 'Usage'
                    then described.billed_cost
                    -- Taken back from the covered line, whose list cost it is not.
                    when described.line_item_type = 'SavingsPlanNegation'
                    then 0
                    when coalesce(described.list_cost, 0) = 0
                    then described.billed_cost
                    else described.list_cost
                end as {{ type_money() }}
            ) as list_cost,
            -- A commitment's own columns are there only where the account has one.
            cast(
                coalesce(
                    case
                        when described.line_item_type = 'SavingsPlanCoveredUsage'
                        then described.savings_plan_effective_cost
                        when
                            described.line_item_type
                            in ('SavingsPlanNegation', 'SavingsPlanUpfrontFee')
                        then 0
                        when described.line_item_type = 'SavingsPlanRecurringFee'
                        then
                            described.savings_plan_total_commitment
                            - described.savings_plan_used_commitment
                        when described.line_item_type = 'DiscountedUsage'
                        then described.reservation_effective_cost
                        -- Either is null where the reservation is paid the other way.
                        when
                            described.line_item_type = 'RIFee'
                            and coalesce(
                                described.reservation_unused_upfront_fee,
                                described.reservation_unused_recurring_fee
                            )
                            is not null
                        then
                            coalesce(described.reservation_unused_upfront_fee, 0)
                            + coalesce(described.reservation_unused_recurring_fee, 0)
                    end,
                    described.billed_cost
                ) as {{ type_money() }}
            ) as effective_cost,
            cast(null as {{ type_rate() }}) as units_per_usd_on_bill,

            -- times
            {{ utc_date("described.charge_period_start") }} as charge_date,
            described.charge_period_start,
            described.ingested_at
        from described
        left join
            region_prefixes
            on described.usage_type_prefix = region_prefixes.usage_type_prefix

    )

select *
from final
