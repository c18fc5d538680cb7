-- The total row and the customers' rows of a month hold the same cost and the same
-- forecast: a customer left out would look like a saving.
with

    signed as (

        select
            month,
            case when budget_scope = 'total' then 1 else -1 end as side,
            cost_usd,
            forecast_month_end_usd
        from {{ ref("budget_status") }}
        where budget_scope in ('total', 'customer')

    )

select
    month,
    sum(side * cost_usd) as cost_difference_usd,
    sum(side * forecast_month_end_usd) as forecast_difference_usd
from signed
group by month
having sum(side * cost_usd) != 0 or sum(side * forecast_month_end_usd) != 0
