{# Which share of each customer's usage at each provider the teams that have a budget had in
   the two weeks before a view's day. The shares of a customer's teams add up to one at
   most. #}
{{ config(materialized="table") }}

with

    team_costs as (select * from {{ ref("int_team_costs") }}),

    origins as (

        select origin_date, {{ add_days("origin_date", -14) }} as day_before
        from {{ ref("int_forecast_origins") }}

    ),

    customer_usage as (

        select
            daily.customer_id,
            daily.cloud_provider,
            origins.origin_date,
            {{ sum_money("daily.usage_cost_usd") }} as usage_cost_usd
        from {{ ref("daily_costs") }} as daily
        inner join
            origins
            on daily.date <= origins.origin_date
            and daily.date > origins.day_before
        group by daily.customer_id, daily.cloud_provider, origins.origin_date
        having sum(daily.usage_cost_usd) > 0

    ),

    team_usage as (

        select
            team_costs.team,
            team_costs.customer_id,
            team_costs.cloud_provider,
            origins.origin_date,
            {{ sum_money("team_costs.usage_cost_usd") }} as usage_cost_usd
        from team_costs
        inner join
            origins
            on team_costs.date <= origins.origin_date
            and team_costs.date > origins.day_before
        group by
            team_costs.team,
            team_costs.customer_id,
            team_costs.cloud_provider,
            origins.origin_date

    ),

    final as (

        select
            team_usage.team,
            team_usage.customer_id,
            team_usage.cloud_provider,
            team_usage.origin_date,
            {{ ratio("team_usage.usage_cost_usd", "customer_usage.usage_cost_usd") }}
            as share_of_usage
        from team_usage
        inner join
            customer_usage
            on team_usage.customer_id = customer_usage.customer_id
            and team_usage.cloud_provider = customer_usage.cloud_provider
            and team_usage.origin_date = customer_usage.origin_date

    )

select *
from final
