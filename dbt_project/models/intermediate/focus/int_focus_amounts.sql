{# How much of what a cost is for, and at which price, as FOCUS tells it. Usage under a
   commitment costs its list price by contract, as its own cost is the commitment's. #}
with

    costs as (

        select
            *,
            cast(
                case
                    when charge_category = 'Usage'
                    then usage_amount
                    when charge_category = 'Purchase'
                    then cast(1 as {{ type_quantity() }})
                end as {{ type_quantity() }}
            ) as pricing_quantity,
            case
                when
                    charge_category = 'Usage'
                    and effective_cost_in_billing_currency != cost_in_billing_currency
                then 1
                else 0
            end as is_under_commitment
        from {{ ref("unified_costs") }}

    ),

    described as (

        select
            -- ids
            unified_cost_id,

            -- how it is priced
            case
                when charge_category = 'Usage'
                then {{ focus_unit("usage_unit") }}
                when charge_category = 'Purchase'
                then 'Units'
            end as pricing_unit,
            pricing_quantity,
            case
                when pricing_quantity is null
                then null
                when is_under_commitment = 1
                then 'Committed'
                else 'Standard'
            end as pricing_category,
            cast(
                case
                    when charge_category = 'Usage' then usage_amount
                end as {{ type_quantity() }}
            ) as consumed_quantity,

            -- costs
            billing_currency,
            cost_in_billing_currency as billed_cost,
            effective_cost_in_billing_currency as effective_cost,
            list_cost_in_billing_currency as list_cost,
            case
                when is_under_commitment = 1
                then list_cost_in_billing_currency
                else cost_in_billing_currency
            end as contracted_cost,
            case
                when is_under_commitment = 1 then list_cost_usd else cost_usd
            end as contracted_cost_usd,
            cost_usd,
            effective_cost_usd,
            list_cost_usd
        from costs

    ),

    priced as (

        select
            *,
            {{ ratio("contracted_cost", "pricing_quantity") }} as contracted_price,
            {{ ratio("list_cost", "pricing_quantity") }} as list_price,
            {{ ratio("contracted_cost_usd", "pricing_quantity") }}
            as contracted_price_usd,
            {{ ratio("list_cost_usd", "pricing_quantity") }} as list_price_usd
        from described

    ),

    final as (

        select
            *,
            -- A unit price is never negative; an amount given back has none.
            case
                when contracted_price >= 0 then contracted_price
            end as contracted_unit_price,
            case when list_price >= 0 then list_price end as list_unit_price,
            case
                when contracted_price_usd >= 0 then contracted_price_usd
            end as contracted_unit_price_usd,
            case when list_price_usd >= 0 then list_price_usd end as list_unit_price_usd
        from priced

    )

select *
from final
