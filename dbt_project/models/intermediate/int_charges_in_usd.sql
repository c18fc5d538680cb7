{# Daily charges with their amounts in US dollars: by the rate that the bill itself gives,
   else by the latest rate of the table that is not after the day. A currency without a
   rate keeps null and stops the build by a test, rather than being guessed. #}
with

    charges as (select * from {{ ref("int_daily_charges") }}),

    rates as (select * from {{ ref("int_exchange_rates") }}),

    priced as (

        select
            charges.*,
            case
                when upper(charges.billing_currency) = 'USD'
                then cast(1 as {{ type_rate() }})
                else coalesce(charges.usd_per_unit_on_bill, rates.usd_per_unit)
            end as usd_per_unit
        from charges
        left join
            rates
            on upper(charges.billing_currency) = rates.currency
            and charges.charge_date >= rates.valid_from
            and charges.charge_date < rates.valid_until

    ),

    final as (

        select
            -- ids
            sku_key,
            evidence_key,
            cloud_provider,
            billing_account_id,
            sub_account_id,
            project,

            -- attributes
            service_code,
            region,
            sku,
            charge_category,
            billing_currency,
            invoice_month,
            tagged_team,
            tagged_environment,

            -- measures
            metered_quantity,
            billed_cost,
            list_cost,
            effective_cost,
            usd_per_unit,
            {{ convert_money("billed_cost", "usd_per_unit") }} as cost_usd,
            {{ convert_money("list_cost", "usd_per_unit") }} as list_cost_usd,
            {{ convert_money("effective_cost", "usd_per_unit") }} as effective_cost_usd,

            -- times
            charge_date,
            ingested_at
        from priced

    )

select *
from final
