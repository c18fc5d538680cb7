-- A total forecast that its customers do not explain cannot be argued with a customer.
select
    date,
    sum(
        case when budget_scope = 'total' then forecast_cost_usd else 0 end
    ) as total_usd,
    sum(
        case when budget_scope = 'customer' then forecast_cost_usd else 0 end
    ) as customers_usd,
    sum(
        case when budget_scope = 'provider' then forecast_cost_usd else 0 end
    ) as providers_usd
from {{ ref("cost_forecast") }}
group by date
having
    sum(case when budget_scope = 'total' then forecast_cost_usd else 0 end)
    != sum(case when budget_scope = 'customer' then forecast_cost_usd else 0 end)
    or sum(case when budget_scope = 'total' then forecast_cost_usd else 0 end)
    != sum(case when budget_scope = 'provider' then forecast_cost_usd else 0 end)
