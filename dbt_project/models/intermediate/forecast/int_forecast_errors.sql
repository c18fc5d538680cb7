{# How far earlier forecasts were off, by how many weeks they looked ahead: of single
   days, and of the sum of all days up to that day. Both are root mean squares of
   errors relative to the forecast, so 0.1 is 10 percent.

   A customer that appeared after a forecast counts as an error of the total. Days that a
   late bill lacks tell of no error. #}
{% set by_view = (
    "partition by budget_scope, cloud_provider, customer_id, team, origin_date"
    ~ " order by horizon_days rows between unbounded preceding and current row"
) %}

with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    forecasts as (

        select forecasts.*
        from {{ ref("int_usage_forecasts") }} as forecasts
        inner join as_of on forecasts.origin_date < as_of.as_of_date
        where
            {{ dbt.datediff("forecasts.seen_until", "forecasts.origin_date", "day") }}
            <= {{ dbt.datediff("forecasts.date", "as_of.as_of_date", "day") }}

    ),

    costs as (

        select usage_days.*
        from {{ ref("int_usage_days") }} as usage_days
        cross join as_of
        where
            usage_days.days_late
            <= {{ dbt.datediff("usage_days.date", "as_of.as_of_date", "day") }}

    ),

    team_forecasts as (

        select forecasts.*
        from {{ ref("int_team_usage_forecasts") }} as forecasts
        inner join as_of on forecasts.origin_date < as_of.as_of_date
        where
            forecasts.days_late
            <= {{ dbt.datediff("forecasts.date", "as_of.as_of_date", "day") }}

    ),

    team_costs as (

        select team, date, cast(usage_cost_usd as {{ type_double() }}) as cost
        from {{ ref("int_team_costs") }}

    ),

    expected as (
        {{
            summed_by_scope(
                "forecasts",
                ["origin_date", "date", "horizon_days"],
                {
                    "expected_cost": "cast(sum(expected_usage_cost_usd) as "
                    ~ type_double()
                    ~ ")",
                },
                team_rows="team_forecasts",
            )
        }}
    ),

    actual as (
        {{
            summed_by_scope(
                "costs",
                ["date"],
                {"cost": "sum(cost)"},
                team_rows="team_costs",
            )
        }}
    ),

    compared as (

        select
            expected.budget_scope,
            expected.cloud_provider,
            expected.customer_id,
            expected.team,
            expected.origin_date,
            expected.horizon_days,
            expected.expected_cost,
            coalesce(actual.cost, 0.0) - expected.expected_cost as forecast_error
        from expected
        left join
            actual
            on expected.budget_scope = actual.budget_scope
            and expected.cloud_provider = actual.cloud_provider
            and expected.customer_id = actual.customer_id
            and expected.team = actual.team
            and expected.date = actual.date

    ),

    relative as (

        select
            budget_scope,
            cloud_provider,
            customer_id,
            team,
            origin_date,
            {{ weeks_ahead("horizon_days") }} as weeks_ahead,
            {{ ratio("forecast_error", "expected_cost") }} as daily_error,
            {{
                ratio(
                    "sum(forecast_error) over (" ~ by_view ~ ")",
                    "sum(expected_cost) over (" ~ by_view ~ ")",
                )
            }} as summed_error
        from compared

    ),

    final as (

        select
            budget_scope,
            cloud_provider,
            customer_id,
            team,
            weeks_ahead,
            cast(
                count(distinct origin_date) as {{ dbt.type_bigint() }}
            ) as past_forecasts,
            sqrt(avg(daily_error * daily_error)) as daily_error,
            sqrt(avg(summed_error * summed_error)) as summed_error
        from relative
        where summed_error is not null
        group by budget_scope, cloud_provider, customer_id, team, weeks_ahead

    )

select *
from final
