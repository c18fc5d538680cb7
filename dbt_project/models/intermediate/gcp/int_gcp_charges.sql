{# A row of the export becomes one charge net of its discounts and, where a promotion paid
   for part of it, a second one of category Credit: so unit prices stay true when the
   promotion ends, and the sum is still the invoice. #}
{% set customer_keys = var("customer_keys") %}
{% set team_keys = var("team_keys") %}
{% set environment_keys = var("environment_keys") %}

with

    billing_rows as (select * from {{ ref("stg_gcp_billing__billing_rows") }}),

    charge_categories as (

        select charge_type, charge_category, has_usage
        from {{ ref("charge_categories") }}
        where cloud_provider = 'GCP'

    ),

    charges as (

        select
            billing_rows.*,
            coalesce(billing_rows.cost_type, 'regular') as charge_type,
            cast(
                billing_rows.gross_cost
                + billing_rows.credits_amount
                - billing_rows.promotion_credits_amount as {{ type_money() }}
            ) as net_cost
        from billing_rows

        union all

        select
            billing_rows.*,
            'promotion' as charge_type,
            billing_rows.promotion_credits_amount as net_cost
        from billing_rows
        where billing_rows.promotion_credits_amount != 0

    ),

    final as (

        select
            -- ids
            charges.load_id,
            'GCP' as cloud_provider,
            charges.billing_account_id,
            coalesce(charges.project_id, '') as sub_account_id,
            charges.project_id as project,

            -- attributes
            case
                when lower(charges.service_description) like 'claude%'
                then 'partner model'
                else charges.service_description
            end as service_code,
            charges.region,
            coalesce(charges.service_description, '') as sku_product,
            coalesce(charges.sku_description, '') as sku,
            '' as sku_hint,
            coalesce(charges.pricing_unit, '') as pricing_unit,
            coalesce(
                charge_categories.charge_category, 'Adjustment'
            ) as charge_category,
            charges.billing_currency,
            charges.invoice_month,

            -- evidence of who caused it
            {{ first_json_text({"charges.labels": customer_keys}) }}
            as evidence_resource_tag,
            cast(null as {{ type_text() }}) as evidence_inference_profile,
            cast(null as {{ type_text() }}) as evidence_iam_principal,
            cast(null as {{ type_text() }}) as evidence_resource_group,
            {{ first_json_text({"charges.project_labels": customer_keys}) }}
            as evidence_project_label,
            charges.project_id as evidence_project,
            charges.billing_account_id as evidence_account,
            {{
                first_json_text(
                    {"charges.labels": team_keys, "charges.project_labels": team_keys}
                )
            }} as tagged_team,
            {{
                first_json_text(
                    {
                        "charges.labels": environment_keys,
                        "charges.project_labels": environment_keys,
                    }
                )
            }} as tagged_environment,

            -- measures
            cast(
                case
                    when charge_categories.has_usage = 1
                    then charges.metered_quantity
                    else 0
                end as {{ type_quantity() }}
            ) as metered_quantity,
            charges.net_cost as billed_cost,
            case
                when charges.charge_type = 'regular'
                then coalesce(charges.list_cost, charges.gross_cost)
                else charges.net_cost
            end as list_cost,
            charges.net_cost as effective_cost,
            -- The bill says how many units of its currency a dollar was.
            nullif(charges.billing_currency_per_usd, 0) as units_per_usd_on_bill,

            -- times
            {{ utc_date("charges.charge_period_start") }} as charge_date,
            charges.charge_period_start,
            charges.ingested_at
        from charges
        left join
            charge_categories on charges.charge_type = charge_categories.charge_type

    )

select *
from final
