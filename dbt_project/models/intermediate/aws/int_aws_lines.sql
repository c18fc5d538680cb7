{# What each line of the report is, where it was used and who caused it, amounts as it has
   them. A Marketplace product code is opaque; its product name says that it is Bedrock. #}
{% set measures = [
    "metered_quantity",
    "billed_cost",
    "list_cost",
    "savings_plan_effective_cost",
    "savings_plan_total_commitment",
    "savings_plan_used_commitment",
    "reservation_effective_cost",
    "reservation_unused_upfront_fee",
    "reservation_unused_recurring_fee",
] %}
{% set customer_keys = var("customer_keys") %}
{% set tagged = tagged_attributes() %}

with

    line_items as (select * from {{ ref("stg_aws_cur__line_items") }}),

    charge_categories as (

        select charge_type, charge_category, has_usage
        from {{ ref("charge_categories") }}
        where cloud_provider = 'AWS'

    ),

    region_prefixes as (select * from {{ ref("aws_region_prefixes") }}),

    final as (

        select
            -- ids
            line_items.load_id,
            'AWS' as cloud_provider,
            line_items.billing_account_id,
            line_items.sub_account_id,
            cast(null as {{ type_text() }}) as project,

            -- attributes
            case
                when line_items.billing_entity = 'AWS Marketplace'
                then 'AWS Marketplace'
                else line_items.product_code
            end as service_code,
            coalesce(
                line_items.product_region_code,
                line_items.product_region,
                region_prefixes.region
            ) as region,
            coalesce(line_items.product_name, line_items.product_code) as sku_product,
            coalesce(line_items.usage_type, '') as sku,
            coalesce(
                {{ text_after("foundation-model/", "line_items.resource_id") }}, ''
            ) as sku_hint,
            coalesce(line_items.pricing_unit, '') as pricing_unit,
            coalesce(
                charge_categories.charge_category, 'Adjustment'
            ) as charge_category,
            line_items.billing_currency,
            {{ month_of(utc_date("line_items.billing_period_start")) }}
            as invoice_month,

            -- evidence of who caused it
            {{
                first_json_text(
                    {
                        "line_items.resource_tags": prefixed("user_", customer_keys),
                        "line_items.tags": prefixed("resourceTags/", customer_keys)
                        + prefixed("iamPrincipal/", customer_keys),
                    }
                )
            }} as evidence_resource_tag,
            {{ text_after("application-inference-profile/", "line_items.resource_id") }}
            as evidence_inference_profile,
            {{
                text_before(
                    "/", text_after("assumed-role/", "line_items.iam_principal")
                )
            }} as evidence_iam_principal,
            cast(null as {{ type_text() }}) as evidence_resource_group,
            cast(null as {{ type_text() }}) as evidence_project_label,
            cast(null as {{ type_text() }}) as evidence_project,
            line_items.sub_account_id as evidence_account,
            {% for attribute, keys in tagged.items() %}
                {{
                    first_json_text(
                        {
                            "line_items.resource_tags": prefixed("user_", keys),
                            "line_items.tags": prefixed("resourceTags/", keys)
                            + prefixed("iamPrincipal/", keys),
                        }
                    )
                }} as tagged_{{ attribute }},
            {% endfor %}

            -- measures, as the line has them
            line_items.line_item_type,
            coalesce(charge_categories.has_usage, 0) as has_usage,
            {% for measure in measures %} line_items.{{ measure }}, {% endfor %}
            cast(null as {{ type_rate() }}) as units_per_usd_on_bill,

            -- times
            {{ utc_date("line_items.charge_period_start") }} as charge_date,
            line_items.charge_period_start,
            line_items.ingested_at
        from line_items
        left join
            charge_categories
            on line_items.line_item_type = charge_categories.charge_type
        left join
            region_prefixes
            on {{ text_before("-", "line_items.usage_type") }}
            = region_prefixes.usage_type_prefix

    )

select *
from final
