{# FOCUS rows in the columns that all clouds share. Costs are FOCUS' own: BilledCost,
   ListCost and EffectiveCost need no rebuilding from commitments, which the native bills
   do. Not to be confused with int_focus_charges, which makes FOCUS out of the marts. #}
with

    charges as (select * from {{ ref("int_focus_input_evidence") }}),

    final as (

        select
            -- ids
            load_id,
            cloud_provider,
            billing_account_id,
            sub_account_id,
            project,

            -- attributes
            case
                when cloud_provider = 'GCP' and lower(provider_service) like 'claude%'
                then 'partner model'
                when provider_service not in ('Cognitive Services', 'Azure AI Services')
                then provider_service
                when
                    lower(sku_product) like '%openai%'
                    or lower(sku_product) like '%models'
                    or lower(sku_product) like '%model family'
                    or lower(sku_product) = 'phi'
                then 'Foundry Models'
                else 'Foundry Tools'
            end as service_code,
            region,
            sku_product,
            sku,
            sku_hint,
            sku_unit as pricing_unit,
            case
                when charge_category in ('Usage', 'Purchase', 'Tax', 'Credit')
                then charge_category
                else 'Adjustment'
            end as charge_category,
            billing_currency,
            {{ month_of(utc_date("billing_period_start")) }} as invoice_month,

            -- evidence of who caused it
            evidence_resource_tag,
            evidence_inference_profile,
            evidence_iam_principal,
            evidence_resource_group,
            evidence_project_label,
            evidence_project,
            evidence_account,
            tagged_team,
            tagged_environment,
            tagged_feature,

            -- measures
            cast(
                case
                    when
                        charge_category = 'Usage'
                        and coalesce(commitment_discount_status, '') != 'Unused'
                    then coalesce(sku_quantity, 0)
                    else 0
                end as {{ type_quantity() }}
            ) as metered_quantity,
            billed_cost,
            -- A public price of 0, as of an offer of the marketplace, is no price.
            case
                when charge_category = 'Usage' and list_cost = 0 and billed_cost > 0
                then billed_cost
                else coalesce(list_cost, billed_cost)
            end as list_cost,
            coalesce(effective_cost, billed_cost) as effective_cost,
            -- Google's rate is from US dollars, Microsoft's from what it priced in.
            case
                when cloud_provider = 'GCP' or upper(pricing_currency) = 'USD'
                then nullif(billing_currency_per_pricing_currency, 0)
            end as units_per_usd_on_bill,

            -- times
            {{ utc_date("charge_period_start") }} as charge_date,
            charge_period_start,
            ingested_at
        from charges

    )

select *
from final
