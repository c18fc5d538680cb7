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
            cost_total
        from {{ ref("stg_ops__current_loads") }}
        where
            source in (
                {% for cloud in enabled_clouds() %}
                    '{{ source_of_cloud(cloud) }}'{{ "," if not loop.last }}
                {% endfor %}
            )

    ),

    landed as (

        select load_id, billing_currency as currency, sum(billed_cost) as cost
        from {{ ref("int_daily_charges") }}
        group by load_id, billing_currency

    ),

    -- What the mart holds under the accounts and months of each load. Two exports of
    -- one bill would both find all of it, and so show a difference.
    charged as (

        select
            load_id, cloud_provider, billing_account_id, invoice_month, billing_currency
        from {{ ref("int_daily_charges") }}
        group by
            load_id, cloud_provider, billing_account_id, invoice_month, billing_currency

    ),

    unified as (

        select
            charged.load_id,
            costs.billing_currency as currency,
            sum(costs.cost_in_billing_currency) as cost
        from {{ ref("unified_costs") }} as costs
        inner join
            charged
            on costs.cloud_provider = charged.cloud_provider
            and costs.billing_account_id = charged.billing_account_id
            and costs.invoice_month = charged.invoice_month
            and costs.billing_currency = charged.billing_currency
        group by charged.load_id, costs.billing_currency

    ),

    excluded as (

        select load_id, billing_currency as currency, sum(billed_cost) as cost
        from {{ ref("int_filtered_totals") }}
        group by load_id, billing_currency

    ),

    compared as (

        select
            ledger.cloud_provider,
            ledger.source,
            ledger.unit,
            ledger.billing_account_id,
            ledger.billing_period,
            ledger.currency,
            ledger.cost_total as ledger_cost,
            cast(coalesce(landed.cost, 0) as {{ type_money() }}) as landed_cost,
            cast(coalesce(excluded.cost, 0) as {{ type_money() }}) as excluded_cost,
            cast(coalesce(unified.cost, 0) as {{ type_money() }}) as unified_cost
        from ledger
        left join
            landed
            on ledger.load_id = landed.load_id
            and ledger.currency = landed.currency
        left join
            excluded
            on ledger.load_id = excluded.load_id
            and ledger.currency = excluded.currency
        left join
            unified
            on ledger.load_id = unified.load_id
            and ledger.currency = unified.currency

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
            }} as is_reconciled
        from compared

    )

select *
from final
