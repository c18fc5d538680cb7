-- What a FOCUS reader sums is what the invoice says: the same rows and money as in
-- unified_costs, per account, month, currency and charge category, in both directions.
with

    stacked as (

        select
            billing_account_id,
            invoice_month,
            billing_currency,
            charge_category,
            1 as row_count,
            cost_in_billing_currency as billed_cost,
            effective_cost_in_billing_currency as effective_cost,
            list_cost_in_billing_currency as list_cost,
            cost_usd
        from {{ ref("unified_costs") }}

        union all

        select
            {{ adapter.quote("BillingAccountId") }} as billing_account_id,
            {{ adapter.quote("x_InvoiceMonth") }} as invoice_month,
            {{ adapter.quote("BillingCurrency") }} as billing_currency,
            {{ adapter.quote("ChargeCategory") }} as charge_category,
            -1 as row_count,
            -{{ adapter.quote("BilledCost") }} as billed_cost,
            -{{ adapter.quote("EffectiveCost") }} as effective_cost,
            -{{ adapter.quote("ListCost") }} as list_cost,
            -{{ adapter.quote("x_BilledCostUsd") }} as cost_usd
        from {{ ref("focus_costs") }}

    )

select billing_account_id, invoice_month, billing_currency, charge_category
from stacked
group by billing_account_id, invoice_month, billing_currency, charge_category
having
    sum(row_count) != 0
    or sum(billed_cost) != 0
    or sum(effective_cost) != 0
    or sum(list_cost) != 0
    or sum(cost_usd) != 0
