{# Each rate with the day on which the next one replaces it. US dollars need no rate, and
   take none. One row per currency and first day of validity. #}
with

    rates as (select * from {{ ref("exchange_rates") }}),

    dated as (

        select
            upper(currency) as currency,
            cast(valid_from as date) as valid_from,
            cast(usd_per_unit as {{ type_rate() }}) as usd_per_unit
        from rates
        where upper(currency) != 'USD'

        union all

        select
            'USD' as currency,
            cast('1900-01-01' as date) as valid_from,
            cast(1 as {{ type_rate() }}) as usd_per_unit

    ),

    final as (

        select
            currency,
            valid_from,
            coalesce(
                lead(valid_from) over (partition by currency order by valid_from),
                cast('9999-12-31' as date)
            ) as valid_until,
            usd_per_unit
        from dated

    )

select *
from final
