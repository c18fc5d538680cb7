{# What the warehouse holds of each load, seen three times: as charges that landed, as what
   the marts show of them, and as totals of what is beside AI. In the billing currency. #}
{% set measures = ["landed_cost", "unified_cost", "excluded_cost"] %}

with

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

    stacked as (

        select load_id, currency, 'landed_cost' as measure, cost
        from landed

        union all

        select load_id, currency, 'unified_cost' as measure, cost
        from unified

        union all

        select load_id, currency, 'excluded_cost' as measure, cost
        from excluded

    ),

    final as (

        select
            load_id,
            currency,
            {% for measure in measures %}
                cast(
                    sum(
                        case when measure = '{{ measure }}' then cost else 0 end
                    ) as {{ type_money() }}
                ) as {{ measure }}{{ "," if not loop.last }}
            {% endfor %}
        from stacked
        group by load_id, currency

    )

select *
from final
