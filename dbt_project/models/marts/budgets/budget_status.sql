{# Budgets are held against everything a customer is billed, taxes and fees included.

   The forecast of the current month is the one of cost_forecast; past months are as
   billed. All of it counts from the last complete day of the bills, not from today. #}
with

    costs as (select * from {{ ref("daily_costs") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    as_of as (select * from {{ ref("int_as_of_date") }}),

    forecasts as (

        select forecasts.*
        from {{ ref("cost_forecast") }} as forecasts
        inner join as_of on forecasts.month = as_of.month
        where forecasts.budget_scope in ('total', 'customer')

    ),

    daily as (

        select
            'customer' as budget_scope,
            customer_id,
            date,
            {{ sum_money("cost_usd") }} as cost_usd
        from costs
        group by customer_id, date

        union all

        select
            'total' as budget_scope,
            'all' as customer_id,
            date,
            {{ sum_money("cost_usd") }} as cost_usd
        from costs
        group by date

    ),

    months as (

        select
            daily.budget_scope,
            daily.customer_id,
            {{ first_day_of_month("daily.date") }} as month,
            {{ sum_money("daily.cost_usd") }} as cost_usd
        from daily
        inner join as_of on daily.date <= as_of.as_of_date
        group by
            daily.budget_scope,
            daily.customer_id,
            {{ first_day_of_month("daily.date") }}

    ),

    month_ends as (

        select
            forecasts.budget_scope,
            forecasts.customer_id,
            forecasts.month,
            forecasts.month_forecast_usd,
            forecasts.month_forecast_low_usd,
            forecasts.month_forecast_high_usd
        from forecasts
        inner join as_of on forecasts.date = as_of.month_end

    ),

    total_budget as (

        select
            {% if var("total_monthly_budget_usd") is not none %}
                cast({{ var("total_monthly_budget_usd") }} as {{ type_money() }})
            {% else %} {{ sum_money("monthly_budget_usd") }}
            {% endif %} as monthly_budget_usd
        from customers

    ),

    budgeted as (

        select
            months.month,
            months.budget_scope,
            months.customer_id,
            case
                when months.budget_scope = 'total'
                then 'All customers'
                else customers.customer_name
            end as customer_name,
            case
                when months.budget_scope = 'total'
                then total_budget.monthly_budget_usd
                else customers.monthly_budget_usd
            end as monthly_budget_usd,
            months.cost_usd,
            case
                when months.month = as_of.month
                then as_of.as_of_date
                else {{ add_days(dbt.dateadd("month", 1, "months.month"), -1) }}
            end as as_of_date,
            {{
                dbt.datediff(
                    "months.month", dbt.dateadd("month", 1, "months.month"), "day"
                )
            }} as days_in_month,
            {{ as_bool("months.month = as_of.month") }} as is_current_month,
            -- No day left, or a past month: what is billed is the forecast.
            coalesce(
                month_ends.month_forecast_usd, months.cost_usd
            ) as forecast_month_end_usd,
            case
                when month_ends.month is null
                then months.cost_usd
                else month_ends.month_forecast_low_usd
            end as forecast_low_usd,
            case
                when month_ends.month is null
                then months.cost_usd
                else month_ends.month_forecast_high_usd
            end as forecast_high_usd
        from months
        cross join as_of
        cross join total_budget
        left join
            customers
            on months.budget_scope = 'customer'
            and months.customer_id = customers.customer_id
        left join
            month_ends
            on months.budget_scope = month_ends.budget_scope
            and months.customer_id = month_ends.customer_id
            and months.month = month_ends.month

    ),

    overruns as (

        select
            budgeted.budget_scope,
            budgeted.customer_id,
            min(forecasts.date) as projected_overrun_date
        from budgeted
        inner join
            forecasts
            on budgeted.budget_scope = forecasts.budget_scope
            and budgeted.customer_id = forecasts.customer_id
            and forecasts.month_forecast_usd > budgeted.monthly_budget_usd
        where
            budgeted.is_current_month = {{ true_value() }}
            and budgeted.cost_usd <= budgeted.monthly_budget_usd
        group by budgeted.budget_scope, budgeted.customer_id

    ),

    final as (

        select
            -- ids
            budgeted.month,
            budgeted.budget_scope,
            budgeted.customer_id,

            -- attributes
            budgeted.customer_name,

            -- measures
            budgeted.monthly_budget_usd,
            budgeted.cost_usd,
            cast(
                budgeted.monthly_budget_usd - budgeted.cost_usd as {{ type_money() }}
            ) as budget_remaining_usd,
            100
            * {{ ratio("budgeted.cost_usd", "budgeted.monthly_budget_usd") }}
            as percent_used,
            budgeted.forecast_month_end_usd,
            budgeted.forecast_low_usd,
            budgeted.forecast_high_usd,
            100
            * {{
                ratio(
                    "budgeted.forecast_month_end_usd", "budgeted.monthly_budget_usd"
                )
            }} as forecast_percent,
            {{ dbt.datediff("budgeted.month", "budgeted.as_of_date", "day") }}
            + 1 as days_elapsed,
            budgeted.days_in_month,

            -- verdict
            case
                when budgeted.monthly_budget_usd is null
                then 'No budget'
                when budgeted.cost_usd > budgeted.monthly_budget_usd
                then 'Over'
                when budgeted.forecast_month_end_usd > budgeted.monthly_budget_usd
                then 'At risk'
                else 'On track'
            end as status,
            budgeted.is_current_month,

            -- times
            budgeted.as_of_date,
            case
                when budgeted.is_current_month = {{ true_value() }}
                then overruns.projected_overrun_date
            end as projected_overrun_date
        from budgeted
        left join
            overruns
            on budgeted.budget_scope = overruns.budget_scope
            and budgeted.customer_id = overruns.customer_id

    )

select *
from final
