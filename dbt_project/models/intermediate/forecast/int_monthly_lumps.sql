{# Purchases, fees, taxes and credits that come each month as a lump of their own amount:
   the first, second, ... booking of the same thing in a month, where two months running had
   it. What was booked in one month only, such as a yearly fee or a credit that was granted
   once, is not repeated.

   Its usual amount is the middle one of the last three months, or the smaller one of two,
   so that an exception in between is not expected again. #}
{% set key = ["customer_id", "cloud_provider", "charge_category", "service", "sku"] %}
{% set months = [0, 1, 2, 3] %}

with

    booked as (select * from {{ ref("int_booked_charges") }} where is_lump = 1),

    charge_months as (

        select * from {{ ref("int_charge_months") }} where follows_usage = 1

    ),

    numbered as (

        select
            booked.*,
            {{ dbt.datediff(first_day_of_month("booked.date"), "booked.date", "day") }}
            as day_offset,
            row_number() over (
                partition by
                    {% for column in key %} booked.{{ column }}, {% endfor %}
                    booked.months_ago
                order by booked.date
            ) as booking
        from booked
        left join
            charge_months
            on {% for column in key %}
                booked.{{ column }} = charge_months.{{ column }}
                {{ "and" if not loop.last }}
            {% endfor %}
        where charge_months.customer_id is null

    ),

    by_month as (

        select
            {{ key | join(", ") }},
            booking,
            {% for months_ago in months %}
                sum(
                    case when months_ago = {{ months_ago }} then cost end
                ) as cost_{{ months_ago }},
                max(
                    case when months_ago = {{ months_ago }} then day_offset end
                ) as day_{{ months_ago }}{{ "," if not loop.last }}
            {% endfor %}
        from numbered
        group by {{ key | join(", ") }}, booking

    ),

    newest as (

        -- Booked in the running month, else still to come in it.
        select
            *,
            1 as is_booked,
            day_0 as day_offset,
            cost_0 as newest_cost,
            cost_1 as second_cost,
            cost_2 as third_cost
        from by_month
        where cost_0 is not null

        union all

        select
            *,
            0 as is_booked,
            day_1 as day_offset,
            cost_1 as newest_cost,
            cost_2 as second_cost,
            cost_3 as third_cost
        from by_month
        where cost_0 is null

    ),

    final as (

        select
            {{ key | join(", ") }},
            booking,
            is_booked,
            day_offset,
            case
                when third_cost is not null
                then {{ middle_of("newest_cost", "second_cost", "third_cost") }}
                when abs(newest_cost) < abs(second_cost)
                then newest_cost
                else second_cost
            end as usual_cost
        from newest
        where newest_cost * second_cost > 0

    )

select *
from final
