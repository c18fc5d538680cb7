{# Usage that was or is forecast of the teams that have a budget: their share of what is
   forecast of each customer at each provider, by what they used of it in the two weeks
   before the view's day. Teams need no series of their own, and never add up to more than
   their customers. #}
{{ config(materialized="table") }}

with

    forecasts as (select * from {{ ref("int_usage_forecasts") }}),

    first_days as (

        select team, min(date) as first_date
        from {{ ref("int_team_costs") }}
        where usage_cost_usd != 0
        group by team

    ),

    shares as (select * from {{ ref("int_team_shares") }}),

    expected as (

        select
            shares.team,
            forecasts.origin_date,
            forecasts.date,
            forecasts.horizon_days,
            max(
                {{
                    dbt.datediff(
                        "forecasts.seen_until", "forecasts.origin_date", "day"
                    )
                }}
            ) as days_late,
            sum(
                shares.share_of_usage
                * cast(forecasts.expected_usage_cost_usd as {{ type_double() }})
            ) as expected_cost
        from forecasts
        inner join
            shares
            on forecasts.customer_id = shares.customer_id
            and forecasts.cloud_provider = shares.cloud_provider
            and forecasts.origin_date = shares.origin_date
        group by
            shares.team, forecasts.origin_date, forecasts.date, forecasts.horizon_days

    ),

    final as (

        select
            expected.team,
            expected.origin_date,
            expected.date,
            expected.horizon_days,
            expected.days_late,
            {{ dbt.datediff("first_days.first_date", "expected.origin_date", "day") }}
            + 1 as history_days,
            {{
                to_money(
                    "case when expected.expected_cost > 0"
                    ~ " then expected.expected_cost else 0 end"
                )
            }} as expected_usage_cost_usd
        from expected
        inner join first_days on expected.team = first_days.team

    )

select *
from final
