{# Budgets are held against everything a customer is billed, taxes and fees included.

   The forecast of the current month is the one of cost_forecast; past months are as
   billed, and what a late bill lacks of them as expected. All of it counts from the last complete day of the bills, not from today. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    months as (select * from {{ ref("int_budget_months") }}),

    forecasts as (

        select forecasts.*
        from {{ ref("cost_forecast") }} as forecasts
        inner join as_of on forecasts.month = as_of.month
        where forecasts.budget_scope in ('total', 'customer')

    ),

    late_months as (select * from {{ ref("int_late_months") }}),

    budgeted as (

        select
            months.*,
            -- No day left, or a past month: what is billed is the forecast, and what
            -- late
            -- bills still lack.
            {% for name in ["forecast", "forecast_low", "forecast_high"] %}
                case
                    when month_ends.date is null and late_months.late_cost_usd is null
                    then months.cost_usd
                    when month_ends.date is null
                    then
                        cast(
                            months.cost_usd
                            + late_months.late_cost_usd as {{ type_money() }}
                        )
                    else month_ends.month_{{ name }}_usd
                end as {{ name }}_usd{{ "," if not loop.last }}
            {% endfor %}
        from months
        left join
            forecasts as month_ends
            on months.budget_scope = month_ends.budget_scope
            and months.customer_id = month_ends.customer_id
            and months.month_end = month_ends.date
        left join
            late_months
            on months.budget_scope = late_months.budget_scope
            and late_months.cloud_provider = 'all'
            and months.customer_id = late_months.customer_id
            and months.month = late_months.month

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
            budgeted.forecast_usd as forecast_month_end_usd,
            budgeted.forecast_low_usd,
            budgeted.forecast_high_usd,
            100
            * {{ ratio("budgeted.forecast_usd", "budgeted.monthly_budget_usd") }}
            as forecast_percent,
            {{ dbt.datediff("budgeted.month", "budgeted.as_of_date", "day") }}
            + 1 as days_elapsed,
            budgeted.days_in_month,

            -- verdict
            case
                when budgeted.monthly_budget_usd is null
                then 'No budget'
                when budgeted.cost_usd > budgeted.monthly_budget_usd
                then 'Over'
                when budgeted.forecast_usd > budgeted.monthly_budget_usd
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
