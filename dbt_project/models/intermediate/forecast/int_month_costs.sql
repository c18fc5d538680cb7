{# What each month has cost so far, for each customer and for all of them. Everything that
   is billed counts, taxes and fees included. A customer with a budget has a row in every
   month of the bills, of 0 where it cost nothing, and so has whoever is forecast to cost
   something in the running month, or by a late bill: the rows sum to the total.

   Beside these stand clouds and teams that have a budget, each in every month: parts of the
   same cost once more, which are never added to it. #}
{% set ids = ["budget_scope", "cloud_provider", "customer_id", "team"] %}

with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    budgets as (select * from {{ ref("int_budgets") }}),

    costs as (

        select
            daily.customer_id,
            daily.cloud_provider,
            {{ first_day_of_month("daily.date") }} as month,
            daily.cost_usd
        from {{ ref("daily_costs") }} as daily
        inner join as_of on daily.date <= as_of.as_of_date

    ),

    cost_months as (select month from costs group by month),

    forecast_customers as (

        select forecasts.customer_id, forecasts.month
        from {{ ref("cost_forecast") }} as forecasts
        inner join as_of on forecasts.month = as_of.month
        where forecasts.budget_scope = 'customer' and forecasts.forecast_cost_usd != 0
        group by forecasts.customer_id, forecasts.month

    ),

    with_idle_customers as (

        select customer_id, month, cost_usd
        from costs

        union all

        select
            customers.customer_id,
            cost_months.month,
            cast(0 as {{ type_money() }}) as cost_usd
        from customers
        cross join cost_months
        where customers.monthly_budget_usd is not null

        union all

        select customer_id, month, cast(0 as {{ type_money() }}) as cost_usd
        from forecast_customers

        union all

        select customer_id, month, cast(0 as {{ type_money() }}) as cost_usd
        from {{ ref("int_late_months") }}
        where budget_scope = 'customer'

    ),

    months as (
        {{
            summed_by_scope(
                "with_idle_customers",
                ["month"],
                {"cost_usd": sum_money("cost_usd")},
                scopes=["total", "customer"],
            )
        }}
    ),

    team_costs as (

        select
            costs.team, {{ first_day_of_month("costs.date") }} as month, costs.cost_usd
        from {{ ref("int_team_costs") }} as costs
        inner join as_of on costs.date <= as_of.as_of_date

    ),

    costs_of_budgets as (
        {{
            summed_by_scope(
                "costs",
                ["month"],
                {"cost_usd": sum_money("cost_usd")},
                scopes=["provider"],
                team_rows="team_costs",
            )
        }}
    ),

    months_of_budgets as (

        select
            budgets.budget_scope,
            budgets.cloud_provider,
            'all' as customer_id,
            budgets.team,
            months.month,
            coalesce(
                costs_of_budgets.cost_usd, cast(0 as {{ type_money() }})
            ) as cost_usd
        from budgets
        inner join months on months.budget_scope = 'total'
        left join
            costs_of_budgets
            on budgets.budget_scope = costs_of_budgets.budget_scope
            and budgets.cloud_provider = costs_of_budgets.cloud_provider
            and budgets.team = costs_of_budgets.team
            and months.month = costs_of_budgets.month

    ),

    final as (

        select month, {{ ids | join(", ") }}, cost_usd
        from months

        union all

        select month, {{ ids | join(", ") }}, cost_usd
        from months_of_budgets

    )

select *
from final
