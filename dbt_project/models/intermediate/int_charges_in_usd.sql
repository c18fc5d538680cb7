{# Daily charges with their amounts in US dollars: by the rate that the bill itself gives,
   else by the latest rate of the table that is not after the day. A currency without a
   rate keeps null and stops the build by a test, rather than being guessed. #}
with

    charges as (select * from {{ ref("int_daily_charges") }}),

    rates as (select * from {{ ref("int_exchange_rates") }}),

    priced as (

        select
            charges.*,
            -- The bill's rate divides, because the inverse of a rate of many units to
            -- the dollar does not fit nine decimals.
            case
                when upper(charges.billing_currency) != 'USD'
                then charges.units_per_usd_on_bill
            end as units_per_usd,
            rates.usd_per_unit as table_rate
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
            load_id,
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
            tagged_feature,

            -- measures
            metered_quantity,
            billed_cost,
            list_cost,
            effective_cost,
            case
                when units_per_usd is not null
                then 1 / cast(units_per_usd as {{ type_double() }})
                else cast(table_rate as {{ type_double() }})
            end as usd_per_unit,
            {{ convert_charge("billed_cost") }} as cost_usd,
            {{ convert_charge("list_cost") }} as list_cost_usd,
            {{ convert_charge("effective_cost") }} as effective_cost_usd,

            -- times
            charge_date,
            ingested_at
        from priced

    )

select *
from final
