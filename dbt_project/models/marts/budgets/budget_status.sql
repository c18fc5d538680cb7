{# Budgets are held against everything a customer is billed, taxes and fees included.

   The forecast of the current month is what was billed so far plus, for each day left,
   the mean of the same weekday over the 4 weeks before; past months are as billed. All
   of it counts from the last complete day of the bills, not from today's date. #}
with

    costs as (select * from {{ ref("daily_costs") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    as_of as (

        select min(last_complete_date) as as_of_date
        from {{ ref("data_freshness") }}
        where days_behind <= 3

    ),

    current_month as (

        select
            as_of_date,
            {{ first_day_of_month("as_of_date") }} as month,
            {{ add_days("as_of_date", -28) }} as pattern_start
        from as_of

    ),

    daily as (

        select
            'customer' as budget_scope,
            customer_id,
            date,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_money("usage_cost_usd") }} as usage_cost_usd
        from costs
        group by customer_id, date

        union all

        select
            'total' as budget_scope,
            'all' as customer_id,
            date,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_money("usage_cost_usd") }} as usage_cost_usd
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

    -- What a Monday, a Tuesday, ... has cost lately; days without cost count as 0.
    weekday_costs as (

        select
            daily.budget_scope,
            daily.customer_id,
            days.weekday,
            sum(daily.usage_cost_usd) / 4.0 as usual_cost_usd
        from daily
        inner join {{ ref("int_dates") }} as days on daily.date = days.date
        inner join
            current_month
            on daily.date > current_month.pattern_start
            and daily.date <= current_month.as_of_date
        group by daily.budget_scope, daily.customer_id, days.weekday

    ),

    offsets as (

        {% for days in range(1, 31) %}
            select {{ days }} as days {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    days_left as (

        select {{ add_days("current_month.as_of_date", "offsets.days") }} as date
        from current_month
        cross join offsets
        where
            {{
                first_day_of_month(
                    add_days("current_month.as_of_date", "offsets.days")
                )
            }} = current_month.month

    ),

    days_left_with_weekday as (

        select
            date,
            {{ modulo(dbt.datediff("cast('2001-01-01' as date)", "date", "day"), 7) }}
            as weekday
        from days_left

    ),

    expected_days as (

        select
            weekday_costs.budget_scope,
            weekday_costs.customer_id,
            days_left_with_weekday.date,
            sum(weekday_costs.usual_cost_usd) over (
                partition by weekday_costs.budget_scope, weekday_costs.customer_id
                order by days_left_with_weekday.date
                rows between unbounded preceding and current row
            ) as expected_so_far_usd
        from days_left_with_weekday
        inner join
            weekday_costs on days_left_with_weekday.weekday = weekday_costs.weekday

    ),

    expected_rest as (

        select budget_scope, customer_id, max(expected_so_far_usd) as expected_rest_usd
        from expected_days
        group by budget_scope, customer_id

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
                when months.month = current_month.month
                then current_month.as_of_date
                else {{ add_days(dbt.dateadd("month", 1, "months.month"), -1) }}
            end as as_of_date,
            {{
                dbt.datediff(
                    "months.month", dbt.dateadd("month", 1, "months.month"), "day"
                )
            }} as days_in_month,
            {{ as_bool("months.month = current_month.month") }} as is_current_month,
            cast(
                months.cost_usd + case
                    when months.month = current_month.month
                    then coalesce(expected_rest.expected_rest_usd, 0)
                    else 0
                end as {{ type_money() }}
            ) as forecast_month_end_usd
        from months
        cross join current_month
        cross join total_budget
        left join
            customers
            on months.budget_scope = 'customer'
            and months.customer_id = customers.customer_id
        left join
            expected_rest
            on months.budget_scope = expected_rest.budget_scope
            and months.customer_id = expected_rest.customer_id

    ),

    overruns as (

        select
            budgeted.budget_scope,
            budgeted.customer_id,
            min(expected_days.date) as projected_overrun_date
        from budgeted
        inner join
            expected_days
            on budgeted.budget_scope = expected_days.budget_scope
            and budgeted.customer_id = expected_days.customer_id
            and budgeted.cost_usd + expected_days.expected_so_far_usd
            > budgeted.monthly_budget_usd
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
