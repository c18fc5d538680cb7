{# What each month has cost so far, for each customer and for all of them, beside the
   budget. Everything that is billed counts, taxes and fees included. A customer with a
   budget has a row in every month of the bills, of 0 where it cost nothing, and so has
   whoever is forecast to cost something in the running month, or by a late bill: the rows
   sum to the total. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    costs as (

        select
            daily.customer_id,
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

    total_budget as (

        select
            {% if var("total_monthly_budget_usd") is not none %}
                cast({{ var("total_monthly_budget_usd") }} as {{ type_money() }})
            {% else %} {{ sum_money("monthly_budget_usd") }}
            {% endif %} as monthly_budget_usd
        from customers

    ),

    final as (

        select
            -- ids
            months.month,
            months.budget_scope,
            months.customer_id,

            -- attributes
            case
                when months.budget_scope = 'total'
                then 'All customers'
                else customers.customer_name
            end as customer_name,
            {{ as_bool("months.month = as_of.month") }} as is_current_month,
            case
                when months.month = as_of.month
                then as_of.as_of_date
                else {{ add_days(dbt.dateadd("month", 1, "months.month"), -1) }}
            end as as_of_date,
            {{ add_days(dbt.dateadd("month", 1, "months.month"), -1) }} as month_end,
            {{
                dbt.datediff(
                    "months.month", dbt.dateadd("month", 1, "months.month"), "day"
                )
            }} as days_in_month,

            -- measures
            months.cost_usd,
            case
                when months.budget_scope = 'total'
                then total_budget.monthly_budget_usd
                else customers.monthly_budget_usd
            end as monthly_budget_usd
        from months
        cross join as_of
        cross join total_budget
        left join
            customers
            on months.budget_scope = 'customer'
            and months.customer_id = customers.customer_id

    )

select *
from final
