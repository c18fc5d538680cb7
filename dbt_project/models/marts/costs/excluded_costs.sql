{# The part of the bills that is not in unified_costs, by the reason why. Together the two
   are the whole of every loaded bill. #}
with

    totals as (select * from {{ ref("int_filtered_totals") }}),

    charge_categories as (select * from {{ ref("charge_categories") }}),

    rates as (select * from {{ ref("int_exchange_rates") }}),

    described as (

        select
            totals.cloud_provider,
            totals.billing_account_id,
            totals.sub_account_id,
            totals.service,
            totals.invoice_month,
            totals.billing_currency,
            coalesce(
                totals.charge_category, charge_categories.charge_category, 'Adjustment'
            ) as charge_category,
            'not an AI service' as exclusion_reason,
            totals.line_count,
            totals.billed_cost,
            {{ convert_money("totals.billed_cost", "rates.usd_per_unit") }} as cost_usd
        from totals
        left join
            charge_categories
            on totals.cloud_provider = charge_categories.cloud_provider
            and totals.charge_type = charge_categories.charge_type
        left join
            rates
            on upper(totals.billing_currency) = rates.currency
            and cast({{ dbt.concat(["totals.invoice_month", "'-01'"]) }} as date)
            >= rates.valid_from
            and cast({{ dbt.concat(["totals.invoice_month", "'-01'"]) }} as date)
            < rates.valid_until

    ),

    final as (

        select
            cloud_provider,
            billing_account_id,
            sub_account_id,
            service,
            invoice_month,
            charge_category,
            exclusion_reason,
            billing_currency,
            {{ sum_money("billed_cost") }} as cost_in_billing_currency,
            {{ sum_money("cost_usd") }} as cost_usd,
            cast(sum(line_count) as {{ dbt.type_bigint() }}) as line_count
        from described
        group by
            cloud_provider,
            billing_account_id,
            sub_account_id,
            service,
            invoice_month,
            charge_category,
            exclusion_reason,
            billing_currency

    )

select *
from final
