-- The join with SKUs, customers and services neither drops nor doubles a charge, in the
-- billing currency or in US dollars.
with

    stacked as (

        select
            cloud_provider,
            invoice_month,
            billing_currency,
            billed_cost as charged_cost,
            cost_usd as charged_usd,
            cast(0 as {{ type_money() }}) as unified_cost,
            cast(0 as {{ type_money() }}) as unified_usd
        from {{ ref("int_charges_in_usd") }}

        union all

        select
            cloud_provider,
            invoice_month,
            billing_currency,
            cast(0 as {{ type_money() }}) as charged_cost,
            cast(0 as {{ type_money() }}) as charged_usd,
            cost_in_billing_currency as unified_cost,
            cost_usd as unified_usd
        from {{ ref("unified_costs") }}

    )

select
    stacked.cloud_provider,
    stacked.invoice_month,
    stacked.billing_currency,
    sum(stacked.charged_cost) as charged_cost,
    sum(stacked.unified_cost) as unified_cost,
    sum(stacked.charged_usd) as charged_usd,
    sum(stacked.unified_usd) as unified_usd
from stacked
group by stacked.cloud_provider, stacked.invoice_month, stacked.billing_currency
having
    sum(stacked.charged_cost) != sum(stacked.unified_cost)
    or sum(stacked.charged_usd) != sum(stacked.unified_usd)
