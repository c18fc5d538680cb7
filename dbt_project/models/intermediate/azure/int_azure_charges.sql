{# Azure's amounts. A load with amortized rows takes its effective cost from them alone, one
   without from what was billed. What is left unused of a commitment is Usage without a
   quantity, as FOCUS has it: nobody bought it anew. The API gives no list price: what a
   commitment covers stands at its effective cost, a discount that is not told. #}
with

    lines as (select * from {{ ref("int_azure_lines") }}),

    amortized_loads as (

        select distinct load_id from lines where cost_type = 'AmortizedCost'

    ),

    final as (

        select
            {% for column in charge_dimensions() %} lines.{{ column }}, {% endfor %}

            -- measures
            cast(
                case
                    when lines.has_usage = 1 then lines.metered_quantity else 0
                end as {{ type_quantity() }}
            ) as metered_quantity,
            lines.billed_cost,
            case
                when lines.charge_type in ('UnusedReservation', 'UnusedSavingsPlan')
                then {{ to_money("0") }}
                when amortized_loads.load_id is null or lines.charge_category != 'Usage'
                then lines.billed_cost
                else lines.amortized_cost
            end as list_cost,
            -- No commitment moves a tax or a credit, and not every answer has them.
            case
                when
                    amortized_loads.load_id is null
                    or lines.charge_category in ('Tax', 'Credit')
                then lines.billed_cost
                else lines.amortized_cost
            end as effective_cost,

            -- times
            lines.charge_period_start,
            lines.ingested_at
        from lines
        left join amortized_loads on lines.load_id = amortized_loads.load_id

    )

select *
from final
