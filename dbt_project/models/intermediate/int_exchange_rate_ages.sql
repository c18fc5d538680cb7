{# How old the newest rate of each currency was when it was last needed: what is billed in
   US dollars, or with a rate of its own, needs none. One row per currency. #}
with

    charges as (select * from {{ ref("int_daily_charges") }}),

    rates as (

        select currency, max(valid_from) as newest_rate_date
        from {{ ref("int_exchange_rates") }}
        group by currency

    ),

    billed as (

        select
            upper(billing_currency) as currency, max(charge_date) as newest_charge_date
        from charges
        where upper(billing_currency) != 'USD' and units_per_usd_on_bill is null
        group by upper(billing_currency)

    ),

    final as (

        select
            billed.currency,
            rates.newest_rate_date,
            billed.newest_charge_date,
            {{
                dbt.datediff(
                    "rates.newest_rate_date", "billed.newest_charge_date", "day"
                )
            }} as days_old
        from billed
        inner join rates on billed.currency = rates.currency

    )

select *
from final
