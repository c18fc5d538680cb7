{# Proves for every loaded unit that what the source said is what the marts show: either
   in unified_costs or in a named exclusion. In the billing currency, so that no exchange
   rate can hide a difference. #}
with

    ledger as (

        select
            load_id,
            cloud_provider,
            source,
            unit,
            billing_account_id,
            billing_period,
            currency,
            cost_total,
            files,
            landed_rows,
            filtered_rows,
            loaded_at
        from {{ ref("stg_ops__current_loads") }}

    ),

    costs as (select * from {{ ref("int_load_costs") }}),

    compared as (

        select
            ledger.cloud_provider,
            ledger.source,
            ledger.unit,
            ledger.billing_account_id,
            ledger.billing_period,
            ledger.currency,
            ledger.files,
            ledger.landed_rows,
            ledger.filtered_rows,
            ledger.loaded_at,
            ledger.cost_total as ledger_cost,
            cast(coalesce(costs.landed_cost, 0) as {{ type_money() }}) as landed_cost,
            cast(
                coalesce(costs.excluded_cost, 0) as {{ type_money() }}
            ) as excluded_cost,
            cast(coalesce(costs.unified_cost, 0) as {{ type_money() }}) as unified_cost
        from ledger
        left join
            costs on ledger.load_id = costs.load_id and ledger.currency = costs.currency

    ),

    final as (

        select
            -- ids
            cloud_provider,
            source,
            unit,
            currency,

            -- attributes
            billing_account_id,
            billing_period,

            -- measures
            files,
            landed_rows,
            filtered_rows,
            ledger_cost,
            cast(landed_cost + excluded_cost as {{ type_money() }}) as raw_cost,
            unified_cost,
            excluded_cost,
            cast(
                ledger_cost - unified_cost - excluded_cost as {{ type_money() }}
            ) as difference,

            -- flags
            {{
                as_bool(
                    "abs(ledger_cost - unified_cost - excluded_cost) < 0.005"
                    ~ " and abs(ledger_cost - landed_cost - excluded_cost) < 0.005"
                )
            }} as is_reconciled,

            -- times
            loaded_at
        from compared

    )

select *
from final
