{# What each row of the answer is, where it was used and who caused it, amounts as it has
   them.

   Azure renamed its AI services in late 2025 and may do so again, so history is keyed on
   our service names: old `Cognitive Services` rows are split by their sub-category into
   models and tools. The days are UTC days and the currency is the billing one. #}
{% set customer_keys = var("customer_keys") %}
{% set tagged = tagged_attributes() %}
{% set subscription = text_before(
    "/", text_after("/subscriptions/", "cost_rows.resource_id")
) %}
{% set account_scope = text_after("subscriptions/", "cost_rows.billing_account_id") %}

with

    cost_rows as (select * from {{ ref("stg_azure_costs__cost_rows") }}),

    charge_categories as (

        select charge_type, charge_category, has_usage
        from {{ ref("charge_categories") }}
        where cloud_provider = 'Azure'

    ),

    final as (

        select
            -- ids
            cost_rows.load_id,
            'Azure' as cloud_provider,
            cost_rows.billing_account_id,
            coalesce(
                {{ subscription }},
                cost_rows.subscription_id,
                {{ account_scope }},
                cost_rows.billing_account_id
            ) as sub_account_id,
            cost_rows.resource_group as project,

            -- attributes
            case
                when cost_rows.service_name != 'Cognitive Services'
                then cost_rows.service_name
                when
                    lower(cost_rows.meter_subcategory) like '%openai%'
                    or lower(cost_rows.meter_subcategory) like '%models'
                    or lower(cost_rows.meter_subcategory) like '%model family'
                    or lower(cost_rows.meter_subcategory) in ('phi')
                then 'Foundry Models'
                else 'Foundry Tools'
            end as service_code,
            cost_rows.region,
            coalesce(
                cost_rows.meter_subcategory, cost_rows.service_name, ''
            ) as sku_product,
            coalesce(cost_rows.meter, '') as sku,
            '' as sku_hint,
            coalesce(cost_rows.unit_of_measure, '') as pricing_unit,
            coalesce(
                charge_categories.charge_category, 'Adjustment'
            ) as charge_category,
            cost_rows.billing_currency,
            {{ month_of("cost_rows.usage_date") }} as invoice_month,

            -- evidence of who caused it
            coalesce(
                nullif(cost_rows.tag_value, ''),
                {{ first_json_text({"cost_rows.tags": customer_keys}) }}
            ) as evidence_resource_tag,
            cast(null as {{ type_text() }}) as evidence_inference_profile,
            cast(null as {{ type_text() }}) as evidence_iam_principal,
            cost_rows.resource_group as evidence_resource_group,
            cast(null as {{ type_text() }}) as evidence_project_label,
            cast(null as {{ type_text() }}) as evidence_project,
            coalesce(
                {{ subscription }},
                cost_rows.subscription_id,
                {{ account_scope }},
                cost_rows.billing_account_id
            ) as evidence_account,
            {% for attribute, keys in tagged.items() %}
                {{ first_json_text({"cost_rows.tags": keys}) }}
                as tagged_{{ attribute }},
            {% endfor %}

            -- measures, as the row has them
            cost_rows.cost_type,
            cost_rows.charge_type,
            coalesce(charge_categories.has_usage, 0) as has_usage,
            cost_rows.metered_quantity,
            cost_rows.billed_cost,
            cost_rows.amortized_cost,
            cast(null as {{ type_rate() }}) as units_per_usd_on_bill,

            -- times
            cost_rows.usage_date as charge_date,
            cast(
                cost_rows.usage_date as {{ dbt.type_timestamp() }}
            ) as charge_period_start,
            cost_rows.ingested_at
        from cost_rows
        left join
            charge_categories
            on coalesce(nullif(cost_rows.charge_type, ''), 'Usage')
            = charge_categories.charge_type

    )

select *
from final
