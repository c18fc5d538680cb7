{# A month that was asked for both ways has the effective cost that Azure says, and one
   that was not has the billed one: per load, nothing is lost or counted twice. Taxes and
   credits are as billed in both. A test of Azure's cost rows, so that it goes with them
   where a target holds no Azure bills. #}
{% test effective_cost_is_the_amortized_cost(model) %}
    with

        -- Azure's bills may also come as FOCUS files, which say both costs themselves.
        loads as (select distinct load_id from {{ model }}),

        stacked as (

            select
                load_id,
                billing_currency,
                billed_cost,
                case
                    when charge_type in ('Tax', 'Credit')
                    then billed_cost
                    else amortized_cost
                end as amortized_cost,
                case when cost_type = 'AmortizedCost' then 1 else 0 end as is_amortized,
                cast(0 as {{ type_money() }}) as effective_cost
            from {{ model }}

            union all

            select
                charges.load_id,
                charges.billing_currency,
                cast(0 as {{ type_money() }}) as billed_cost,
                cast(0 as {{ type_money() }}) as amortized_cost,
                0 as is_amortized,
                charges.effective_cost
            from {{ ref("int_daily_charges") }} as charges
            inner join loads on charges.load_id = loads.load_id

        ),

        summed as (

            select
                load_id,
                billing_currency,
                sum(billed_cost) as billed_cost,
                sum(amortized_cost) as amortized_cost,
                max(is_amortized) as is_amortized,
                sum(effective_cost) as effective_cost
            from stacked
            group by load_id, billing_currency

        ),

        final as (

            select
                load_id,
                billing_currency,
                billed_cost,
                amortized_cost,
                effective_cost,
                max(is_amortized) over (partition by load_id) as is_amortized
            from summed

        )

    select
        load_id,
        billing_currency,
        is_amortized,
        billed_cost,
        amortized_cost,
        effective_cost
    from final
    where
        effective_cost
        != case when is_amortized = 1 then amortized_cost else billed_cost end
{% endtest %}
