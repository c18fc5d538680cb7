{# What is expected of each day to come: usage, and taxes, credits and purchases, summed for
   the whole company, each provider, each customer and each team with a budget. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    parts as (

        select
            forecasts.customer_id,
            forecasts.cloud_provider,
            forecasts.date,
            forecasts.history_days,
            forecasts.expected_usage_cost_usd,
            cast(0 as {{ type_money() }}) as expected_charge_usd
        from {{ ref("int_usage_forecasts") }} as forecasts
        inner join
            as_of
            on forecasts.origin_date = as_of.as_of_date
            and forecasts.date > as_of.as_of_date

        union all

        select
            charges.customer_id,
            charges.cloud_provider,
            charges.date,
            0 as history_days,
            cast(0 as {{ type_money() }}) as expected_usage_cost_usd,
            charges.expected_charge_usd
        from {{ ref("int_known_charges_forecast") }} as charges
        inner join as_of on charges.date > as_of.as_of_date

    ),

    team_parts as (

        select
            forecasts.team,
            forecasts.date,
            forecasts.history_days,
            forecasts.expected_usage_cost_usd,
            cast(0 as {{ type_money() }}) as expected_charge_usd
        from {{ ref("int_team_usage_forecasts") }} as forecasts
        inner join
            as_of
            on forecasts.origin_date = as_of.as_of_date
            and forecasts.date > as_of.as_of_date

        union all

        select
            charges.team,
            charges.date,
            0 as history_days,
            cast(0 as {{ type_money() }}) as expected_usage_cost_usd,
            charges.expected_charge_usd
        from {{ ref("int_team_charges_forecast") }} as charges
        inner join as_of on charges.date > as_of.as_of_date

    ),

    days as (
        {{
            summed_by_scope(
                "parts",
                ["date"],
                {
                    "history_days": "max(history_days)",
                    "forecast_usage_cost_usd": sum_money("expected_usage_cost_usd"),
                    "forecast_other_cost_usd": sum_money("expected_charge_usd"),
                },
                team_rows="team_parts",
            )
        }}
    ),

    dated as (

        select
            days.*,
            as_of.as_of_date,
            {{ first_day_of_month("days.date") }} as month,
            {{ dbt.datediff("as_of.as_of_date", "days.date", "day") }} as horizon_days
        from days
        cross join as_of

    ),

    final as (

        select
            dated.*,
            {{ weeks_ahead("dated.horizon_days") }} as weeks_ahead,
            cast(
                dated.forecast_usage_cost_usd
                + dated.forecast_other_cost_usd as {{ type_money() }}
            ) as forecast_cost_usd
        from dated

    )

select *
from final
