{# Taxes, credits and purchases of the teams that have a budget, for the days ahead: what is
   still due of them, on the last day of the month.

   Taxes and credits keep the share of the team's usage that they had in the last full
   month; without one, in the month so far. A purchase is expected again if each of the last
   two full months had one, at the smaller amount. What is booked already is not due. #}
{% set current = "costs.date >= as_of.month" %}
{% set previous = "costs.date < as_of.month and costs.date >= as_of.previous_month" %}
{% set older = "costs.date < as_of.previous_month" %}
{% set sums = {
    "current_usage": ("usage_cost_usd", current),
    "previous_usage": ("usage_cost_usd", previous),
    "current_charges": ("tax_and_credit_usd", current),
    "previous_charges": ("tax_and_credit_usd", previous),
    "current_purchases": ("purchase_cost_usd", current),
    "previous_purchases": ("purchase_cost_usd", previous),
    "older_purchases": ("purchase_cost_usd", older),
} %}

with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    costs as (select * from {{ ref("int_team_costs") }}),

    billed as (

        select
            costs.team,
            {% for name, (column, months) in sums.items() %}
                sum(
                    case
                        when {{ months }}
                        then cast(costs.{{ column }} as {{ type_double() }})
                        else 0
                    end
                ) as {{ name }},
            {% endfor %}
            max(as_of.month) as current_month
        from costs
        inner join
            as_of
            on costs.date <= as_of.as_of_date
            and costs.date >= as_of.second_last_month
        group by costs.team

    ),

    usual as (

        select
            *,
            case
                when previous_usage > 0
                then previous_charges / previous_usage
                when current_usage > 0
                then current_charges / current_usage
                else 0
            end as share_of_usage,
            case
                when previous_purchases * older_purchases <= 0
                then 0
                when abs(previous_purchases) < abs(older_purchases)
                then previous_purchases
                else older_purchases
            end as usual_purchases
        from billed

    ),

    months_ahead as (

        select
            forecasts.team,
            {{ first_day_of_month("forecasts.date") }} as month,
            max(forecasts.date) as last_date,
            cast(
                sum(forecasts.expected_usage_cost_usd) as {{ type_double() }}
            ) as expected_usage
        from {{ ref("int_team_usage_forecasts") }} as forecasts
        inner join as_of on forecasts.origin_date = as_of.as_of_date
        where forecasts.date >= as_of.month
        group by forecasts.team, {{ first_day_of_month("forecasts.date") }}

    ),

    expected as (

        select
            usual.team,
            months_ahead.last_date,
            usual.share_of_usage * (
                months_ahead.expected_usage + case
                    when months_ahead.month = usual.current_month
                    then usual.current_usage
                    else 0
                end
            ) as expected_charges,
            usual.usual_purchases,
            case
                when months_ahead.month = usual.current_month
                then usual.current_charges
                else 0
            end as booked_charges,
            case
                when months_ahead.month = usual.current_month
                then usual.current_purchases
                else 0
            end as booked_purchases
        from usual
        inner join months_ahead on usual.team = months_ahead.team

    ),

    final as (

        select
            team,
            last_date as date,
            {{
                to_money(
                    "case when expected_charges * (expected_charges - booked_charges)"
                    ~ " > 0 then expected_charges - booked_charges else 0 end"
                    ~ " + case when usual_purchases"
                    ~ " * (usual_purchases - booked_purchases) > 0"
                    ~ " then usual_purchases - booked_purchases else 0 end"
                )
            }} as expected_charge_usd
        from expected

    )

select *
from final
