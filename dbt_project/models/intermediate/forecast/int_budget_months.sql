{# What each month has cost so far, for each customer and for all of them, beside the
   budget. Everything that is billed counts, taxes and fees included. A customer with a
   budget has a row in every month of the bills, of 0 where it cost nothing, and so has
   whoever is forecast to cost something in the running month, or by a late bill: the rows
   sum to the total.

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
            ) as cost_usd,
            budgets.monthly_budget_usd
        from budgets
        inner join months on months.budget_scope = 'total'
        left join
            costs_of_budgets
            on budgets.budget_scope = costs_of_budgets.budget_scope
            and budgets.cloud_provider = costs_of_budgets.cloud_provider
            and budgets.team = costs_of_budgets.team
            and months.month = costs_of_budgets.month

    ),

    total_budget as (

        select
            {% if var("total_monthly_budget_usd") is not none %}
                cast({{ var("total_monthly_budget_usd") }} as {{ type_money() }})
            {% else %} {{ sum_money("monthly_budget_usd") }}
            {% endif %} as monthly_budget_usd
        from customers

    ),

    stacked as (

        select
            {% for id in ids %} months.{{ id }}, {% endfor %}
            months.month,
            months.cost_usd,
            case
                when months.budget_scope = 'total'
                then total_budget.monthly_budget_usd
                else customers.monthly_budget_usd
            end as monthly_budget_usd,
            customers.customer_name
        from months
        cross join total_budget
        left join
            customers
            on months.budget_scope = 'customer'
            and months.customer_id = customers.customer_id

        union all

        select
            {% for id in ids %} {{ id }}, {% endfor %}
            month,
            cost_usd,
            monthly_budget_usd,
            cast(null as {{ type_text() }}) as customer_name
        from months_of_budgets

    ),

    final as (

        select
            -- ids
            stacked.month,
            {% for id in ids %} stacked.{{ id }}, {% endfor %}

            -- attributes
            case
                when stacked.budget_scope = 'customer'
                then stacked.customer_name
                else 'All customers'
            end as customer_name,
            case
                when stacked.budget_scope = 'customer'
                then stacked.customer_name
                when stacked.budget_scope = 'provider'
                then stacked.cloud_provider
                when stacked.budget_scope = 'team'
                then stacked.team
                else 'All customers'
            end as budget_name,
            {{ as_bool("stacked.month = as_of.month") }} as is_current_month,
            case
                when stacked.month = as_of.month
                then as_of.as_of_date
                else {{ add_days(dbt.dateadd("month", 1, "stacked.month"), -1) }}
            end as as_of_date,
            {{ add_days(dbt.dateadd("month", 1, "stacked.month"), -1) }} as month_end,
            {{
                dbt.datediff(
                    "stacked.month", dbt.dateadd("month", 1, "stacked.month"), "day"
                )
            }} as days_in_month,

            -- measures
            stacked.cost_usd,
            stacked.monthly_budget_usd
        from stacked
        cross join as_of

    )

select *
from final
