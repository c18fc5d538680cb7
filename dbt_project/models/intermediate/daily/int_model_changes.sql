{# What each customer's models cost more or less than was usual, on days on which one of
   them stood out, and how much of it only moved from one model to another. One row per
   day, customer and model.

   Only clear changes take part in a move: chance makes some model fall on any day, and
   must not excuse the rise of another. What fell can explain a rise as far as no other
   model has risen in its place, so that a spike beside a move stays a spike. Moves are
   looked for among the models of one vendor, and among all of the customer's. #}
{% set clear_share = var("anomaly_minimum_change_percent") ~ " / 100.0" %}
{% set groups = {
    "vendor": "partition by date, customer_id, model_vendor",
    "customer": "partition by date, customer_id",
} %}

with

    weeks as (select * from {{ ref("int_model_weeks") }}),

    customers as (

        select
            scope_key as customer_id,
            date,
            case
                when 2 * error_scale < {{ clear_share }}
                then 2 * error_scale
                else {{ clear_share }}
            end as clear_share
        from {{ ref("int_series_verdicts") }}
        where scope_type = 'customer'

    ),

    changes as (

        select
            weeks.date,
            weeks.customer_id,
            weeks.model,
            weeks.model_vendor,
            weeks.cost - weeks.usual_cost as change,
            case
                when weeks.cost > (1 + customers.clear_share) * weeks.usual_cost
                then weeks.cost - weeks.usual_cost
                else 0
            end as rise,
            case
                when weeks.cost < (1 - customers.clear_share) * weeks.usual_cost
                then weeks.usual_cost - weeks.cost
                else 0
            end as fall
        from weeks
        inner join
            customers
            on weeks.customer_id = customers.customer_id
            and weeks.date = customers.date

    ),

    left_over as (

        select
            *,
            {% for name, group in groups.items() %}
                sum(fall) over ({{ group }})
                - sum(rise) over ({{ group }})
                + rise as fallen_in_{{ name }},
                sum(rise) over ({{ group }})
                - sum(fall) over ({{ group }})
                + fall as risen_in_{{ name }}{{ "," if not loop.last }}
            {% endfor %}
        from changes

    ),

    counterparts as (

        select
            *,
            {{ largest_of(["fallen_in_vendor", "fallen_in_customer", "0"]) }} as fallen,
            {{ largest_of(["risen_in_vendor", "risen_in_customer", "0"]) }} as risen
        from left_over

    ),

    final as (

        select
            date,
            customer_id,
            model,
            change,
            {{ smallest_of(["rise", "fallen"]) }}
            - {{ smallest_of(["fall", "risen"]) }} as moved
        from counterparts

    )

select *
from final
