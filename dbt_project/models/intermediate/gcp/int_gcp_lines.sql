{# What each row of the export is, where it was used and who caused it, amounts as it has
   them. #}
{% set customer_keys = var("customer_keys") %}
{% set tagged = tagged_attributes() %}

with

    billing_rows as (select * from {{ ref("stg_gcp_billing__billing_rows") }}),

    final as (

        select
            -- ids
            billing_rows.load_id,
            'GCP' as cloud_provider,
            billing_rows.billing_account_id,
            coalesce(billing_rows.project_id, '') as sub_account_id,
            billing_rows.project_id as project,

            -- attributes
            case
                when lower(billing_rows.service_description) like 'claude%'
                then 'partner model'
                else billing_rows.service_description
            end as service_code,
            billing_rows.region,
            coalesce(billing_rows.service_description, '') as sku_product,
            coalesce(billing_rows.sku_description, '') as sku,
            '' as sku_hint,
            coalesce(billing_rows.pricing_unit, '') as pricing_unit,
            billing_rows.billing_currency,
            billing_rows.invoice_month,

            -- evidence of who caused it
            {{ first_json_text({"billing_rows.labels": customer_keys}) }}
            as evidence_resource_tag,
            cast(null as {{ type_text() }}) as evidence_inference_profile,
            cast(null as {{ type_text() }}) as evidence_iam_principal,
            cast(null as {{ type_text() }}) as evidence_resource_group,
            {{ first_json_text({"billing_rows.project_labels": customer_keys}) }}
            as evidence_project_label,
            billing_rows.project_id as evidence_project,
            billing_rows.billing_account_id as evidence_account,
            {% for attribute, keys in tagged.items() %}
                {{
                    first_json_text(
                        {
                            "billing_rows.labels": keys,
                            "billing_rows.project_labels": keys,
                        }
                    )
                }} as tagged_{{ attribute }},
            {% endfor %}

            -- measures, as the row has them
            billing_rows.cost_type,
            billing_rows.metered_quantity,
            billing_rows.gross_cost,
            billing_rows.credits_amount,
            billing_rows.promotion_credits_amount,
            billing_rows.list_cost,
            -- The bill says how many units of its currency a dollar was.
            nullif(billing_rows.billing_currency_per_usd, 0) as units_per_usd_on_bill,

            -- times
            {{ utc_date("billing_rows.charge_period_start") }} as charge_date,
            billing_rows.charge_period_start,
            billing_rows.ingested_at,

            -- where it is read
            billing_rows.read_partition
        from billing_rows

    )

select *
from final
