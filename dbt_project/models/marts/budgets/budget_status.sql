{# Budgets are held against everything a customer is billed, taxes and fees included.

   The forecast of the current month is the one of cost_forecast; past months are as
   billed, and what a late bill lacks of them as expected. All of it counts from the last
   complete day of the bills, not from today.

   A dollar is in the total, in its customer's row, and again in those of its cloud and its
   team where these have a budget: rows of one scope may be added up, scopes may not. #}
{% set ids = ["budget_scope", "cloud_provider", "customer_id", "team"] %}

with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    months as (select * from {{ ref("int_budget_months") }}),

    forecasts as (

        select forecasts.*
        from {{ ref("cost_forecast") }} as forecasts
        inner join as_of on forecasts.month = as_of.month

    ),

    late_months as (select * from {{ ref("int_late_months") }}),

    budgeted as (

        select
            months.*,
            -- No day left, or a past month: what is billed and what late bills lack.
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
            on {% for id in ids %}
                months.{{ id }} = month_ends.{{ id }} and
            {% endfor %}
            months.month_end = month_ends.date
        left join
            late_months
            on {% for id in ids %}
                months.{{ id }} = late_months.{{ id }} and
            {% endfor %}
            months.month = late_months.month

    ),

    overruns as (

        select
            {% for id in ids %} budgeted.{{ id }}, {% endfor %}
            min(forecasts.date) as projected_overrun_date
        from budgeted
        inner join
            forecasts
            on {% for id in ids %}
                budgeted.{{ id }} = forecasts.{{ id }} and
            {% endfor %}
            forecasts.month_forecast_usd > budgeted.monthly_budget_usd
        where
            budgeted.is_current_month = {{ true_value() }}
            and budgeted.cost_usd <= budgeted.monthly_budget_usd
        group by
            {% for id in ids %} budgeted.{{ id }}{{ "," if not loop.last }} {% endfor %}

    ),

    final as (

        select
            -- ids
            budgeted.month,
            {% for id in ids %} budgeted.{{ id }}, {% endfor %}

            -- attributes
            budgeted.customer_name,
            budgeted.budget_name,

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
            on {% for id in ids %}
                budgeted.{{ id }} = overruns.{{ id }} {{ "and" if not loop.last }}
            {% endfor %}

    )

select *
from final
