{# Azure renamed its AI services in late 2025 and may do so again, so history is keyed on
   our service names: old `Cognitive Services` rows are split by their sub-category into
   models and tools. The days are UTC days and the currency is the billing one.

   A load with amortized rows takes its effective cost from them alone, one without from
   what was billed. What is left unused of a commitment is Usage without a quantity, as
   FOCUS has it: nobody bought it anew. The API gives no list price: what a commitment
   covers stands at its effective cost, a discount that is not told. #}
{% set customer_keys = var("customer_keys") %}
{% set team_keys = var("team_keys") %}
{% set environment_keys = var("environment_keys") %}

with

    cost_rows as (select * from {{ ref("stg_azure_costs__cost_rows") }}),

    amortized_loads as (

        select distinct load_id from cost_rows where cost_type = 'AmortizedCost'

    ),

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
                {{
                    text_before(
                        "/", text_after("/subscriptions/", "cost_rows.resource_id")
                    )
                }},
                {{ text_after("subscriptions/", "cost_rows.billing_account_id") }},
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
                {{
                    text_before(
                        "/", text_after("/subscriptions/", "cost_rows.resource_id")
                    )
                }},
                {{ text_after("subscriptions/", "cost_rows.billing_account_id") }},
                cost_rows.billing_account_id
            ) as evidence_account,
            {{ first_json_text({"cost_rows.tags": team_keys}) }} as tagged_team,
            {{ first_json_text({"cost_rows.tags": environment_keys}) }}
            as tagged_environment,

            -- measures
            cast(
                case
                    when coalesce(charge_categories.has_usage, 0) = 1
                    then cost_rows.metered_quantity
                    else 0
                end as {{ type_quantity() }}
            ) as metered_quantity,
            cost_rows.billed_cost,
            case
                when cost_rows.charge_type in ('UnusedReservation', 'UnusedSavingsPlan')
                then {{ to_money("0") }}
                when
                    amortized_loads.load_id is null
                    or coalesce(charge_categories.charge_category, 'Adjustment')
                    != 'Usage'
                then cost_rows.billed_cost
                else cost_rows.amortized_cost
            end as list_cost,
            -- No commitment moves a tax or a credit, and not every answer has them.
            case
                when
                    amortized_loads.load_id is null
                    or charge_categories.charge_category in ('Tax', 'Credit')
                then cost_rows.billed_cost
                else cost_rows.amortized_cost
            end as effective_cost,
            cast(null as {{ type_rate() }}) as units_per_usd_on_bill,

            -- times
            cost_rows.usage_date as charge_date,
            cast(
                cost_rows.usage_date as {{ dbt.type_timestamp() }}
            ) as charge_period_start,
            cost_rows.ingested_at
        from cost_rows
        left join amortized_loads on cost_rows.load_id = amortized_loads.load_id
        left join
            charge_categories
            on coalesce(nullif(cost_rows.charge_type, ''), 'Usage')
            = charge_categories.charge_type

    )

select *
from final
