{# Usage by weekday and trend, taxes, credits and monthly purchases as they were last
   month. Forecasts are made for each customer at each provider and summed, so customers
   and providers always add up to the total; ranges are each scope's own and do not. Teams
   that have a budget stand beside them, with their part of the same forecasts. #}
{% set ids = ["budget_scope", "cloud_provider", "customer_id", "team"] %}
{% set so_far = (
    "partition by days.budget_scope, days.cloud_provider, days.customer_id, days.team,"
    ~ " days.month"
    ~ " order by days.date rows between unbounded preceding and current row"
) %}

with

    days as (select * from {{ ref("int_forecast_days") }}),

    ranges as (select * from {{ ref("int_forecast_ranges") }}),

    costs as (

        select
            daily.cloud_provider,
            daily.customer_id,
            daily.cost_usd,
            {{ first_day_of_month("daily.date") }} as month
        from {{ ref("daily_costs") }} as daily
        inner join
            {{ ref("int_as_of_date") }} as as_of
            on daily.date <= as_of.as_of_date
            and daily.date >= as_of.month

    ),

    team_costs as (

        select
            costs.team, costs.cost_usd, {{ first_day_of_month("costs.date") }} as month
        from {{ ref("int_team_costs") }} as costs
        inner join
            {{ ref("int_as_of_date") }} as as_of
            on costs.date <= as_of.as_of_date
            and costs.date >= as_of.month

    ),

    months as (
        {{
            summed_by_scope(
                "costs",
                ["month"],
                {"cost_usd": sum_money("cost_usd")},
                team_rows="team_costs",
            )
        }}
    ),

    late_months as (select * from {{ ref("int_late_months") }}),

    measured as (

        select
            days.*,
            coalesce(ranges.past_forecasts, 0) as past_forecasts,
            ranges.daily_range,
            ranges.summed_range,
            coalesce(months.cost_usd, cast(0 as {{ type_money() }})) as cost_so_far_usd,
            coalesce(
                late_months.late_cost_usd, cast(0 as {{ type_money() }})
            ) as late_cost_usd,
            cast(
                coalesce(late_months.late_cost_usd, cast(0 as {{ type_money() }}))
                + sum(days.forecast_cost_usd) over ({{ so_far }}) as {{ type_money() }}
            ) as forecast_so_far_usd
        from days
        left join
            ranges
            on {% for id in ids %} days.{{ id }} = ranges.{{ id }} and {% endfor %}
            days.weeks_ahead = ranges.weeks_ahead
        left join
            months
            on {% for id in ids %} days.{{ id }} = months.{{ id }} and {% endfor %}
            days.month = months.month
        left join
            late_months
            on {% for id in ids %} days.{{ id }} = late_months.{{ id }} and {% endfor %}
            days.month = late_months.month

    ),

    final as (

        select
            -- ids
            date,
            budget_scope,
            cloud_provider,
            customer_id,
            team,

            -- attributes
            month,
            as_of_date,
            horizon_days,
            case
                when history_days >= 28
                then 'weekday and trend'
                when history_days >= 14
                then 'weekday'
                when history_days > 0
                then 'recent mean'
                else 'known charges'
            end as forecast_method,
            history_days,
            past_forecasts,

            -- measures: the day
            forecast_cost_usd,
            forecast_usage_cost_usd,
            forecast_other_cost_usd,
            {{
                to_money(
                    "forecast_cost_usd - case when daily_range > 1 then 1"
                    ~ " else daily_range end * abs(forecast_cost_usd)"
                )
            }} as forecast_low_usd,
            {{ to_money("forecast_cost_usd + daily_range * abs(forecast_cost_usd)") }}
            as forecast_high_usd,

            -- measures: the month up to the day
            late_cost_usd,
            cast(
                cost_so_far_usd + forecast_so_far_usd as {{ type_money() }}
            ) as month_forecast_usd,
            {{
                to_money(
                    "cost_so_far_usd + forecast_so_far_usd - case when summed_range > 1"
                    ~ " then 1 else summed_range end * abs(forecast_so_far_usd)"
                )
            }} as month_forecast_low_usd,
            {{
                to_money(
                    "cost_so_far_usd + forecast_so_far_usd"
                    ~ " + summed_range * abs(forecast_so_far_usd)"
                )
            }} as month_forecast_high_usd
        from measured

    )

select *
from final
