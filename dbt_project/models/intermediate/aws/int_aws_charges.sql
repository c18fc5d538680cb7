{# AWS's amounts: what is billed, at public price, and with commitments spread over what they
   cover. They sum to the invoice only over all line item types, so none is dropped: what is
   not usage keeps its cost and loses its quantity.

   The line of a commitment's fee also tells what was left unused of it. That becomes a
   charge of its own, usage without a quantity, as FOCUS has it; the fee itself then costs
   nothing, as its effective cost is on what it covers. #}
with

    lines as (select * from {{ ref("int_aws_lines") }}),

    parts as (

        select 0 as is_unused

        union all

        select 1 as is_unused

    ),

    unused as (

        select
            *,
            -- A commitment's own columns are there only where the account has one.
            case
                when line_item_type = 'SavingsPlanRecurringFee'
                then savings_plan_total_commitment - savings_plan_used_commitment
                -- Either is null where the reservation is paid the other way.
                when
                    line_item_type = 'RIFee'
                    and coalesce(
                        reservation_unused_upfront_fee, reservation_unused_recurring_fee
                    )
                    is not null
                then
                    coalesce(reservation_unused_upfront_fee, 0)
                    + coalesce(reservation_unused_recurring_fee, 0)
            end as unused_cost
        from lines

    ),

    charges as (

        select unused.*, parts.is_unused
        from unused
        cross join parts
        where parts.is_unused = 0 or unused.unused_cost != 0

    ),

    final as (

        select
            {% for column in charge_dimensions() if column != "charge_category" %}
                {{ column }},
            {% endfor %}
            case
                when is_unused = 1 then 'Usage' else charge_category
            end as charge_category,

            -- measures
            cast(
                case
                    when has_usage = 1 then metered_quantity else 0
                end as {{ type_quantity() }}
            ) as metered_quantity,
            cast(
                case
                    when is_unused = 1 then 0 else billed_cost
                end as {{ type_money() }}
            ) as billed_cost,
            -- A Marketplace line has a public price of 0, which is no price.
            cast(
                case
                    when is_unused = 1
                    then 0
                    when charge_category != 'Usage'
                    then billed_cost
                    -- Taken back from the covered line, whose list cost it is not.
                    when line_item_type = 'SavingsPlanNegation'
                    then 0
                    when coalesce(list_cost, 0) = 0
                    then billed_cost
                    else list_cost
                end as {{ type_money() }}
            ) as list_cost,
            cast(
                coalesce(
                    case
                        when is_unused = 1
                        then unused_cost
                        when unused_cost is not null
                        then 0
                        when
                            line_item_type
                            in ('SavingsPlanNegation', 'SavingsPlanUpfrontFee')
                        then 0
                        when line_item_type = 'SavingsPlanCoveredUsage'
                        then savings_plan_effective_cost
                        when line_item_type = 'DiscountedUsage'
                        then reservation_effective_cost
                    end,
                    billed_cost
                ) as {{ type_money() }}
            ) as effective_cost,

            -- times
            charge_period_start,
            ingested_at
        from charges

    )

select *
from final
