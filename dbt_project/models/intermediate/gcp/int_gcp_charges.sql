{# A row of the export becomes one charge net of its discounts and, where a promotion paid
   for part of it, a second one of category Credit: so unit prices stay true when the
   promotion ends, and the sum is still the invoice. #}
with

    lines as (select * from {{ ref("int_gcp_lines") }}),

    charge_categories as (

        select charge_type, charge_category, has_usage
        from {{ ref("charge_categories") }}
        where cloud_provider = 'GCP'

    ),

    charges as (

        select
            lines.*,
            coalesce(lines.cost_type, 'regular') as charge_type,
            cast(
                lines.gross_cost
                + lines.credits_amount
                - lines.promotion_credits_amount as {{ type_money() }}
            ) as net_cost
        from lines

        union all

        select
            lines.*,
            'promotion' as charge_type,
            lines.promotion_credits_amount as net_cost
        from lines
        where lines.promotion_credits_amount != 0

    ),

    final as (

        select
            {% for column in charge_dimensions() if column != "charge_category" %}
                charges.{{ column }},
            {% endfor %}
            coalesce(
                charge_categories.charge_category, 'Adjustment'
            ) as charge_category,

            -- measures
            cast(
                case
                    when charge_categories.has_usage = 1
                    then charges.metered_quantity
                    else 0
                end as {{ type_quantity() }}
            ) as metered_quantity,
            charges.net_cost as billed_cost,
            case
                when charges.charge_type = 'regular'
                then coalesce(charges.list_cost, charges.gross_cost)
                else charges.net_cost
            end as list_cost,
            charges.net_cost as effective_cost,

            -- times
            charges.charge_period_start,
            charges.ingested_at,

            -- where it is read
            charges.read_partition
        from charges
        left join
            charge_categories on charges.charge_type = charge_categories.charge_type

    )

select *
from final
