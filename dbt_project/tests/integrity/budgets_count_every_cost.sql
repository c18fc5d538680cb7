-- The total budget row and the customers' rows of a month hold the same cost: a
-- customer
-- left out would look like a saving.
select
    month,
    sum(case when budget_scope = 'total' then cost_usd else 0 end) as total_usd,
    sum(case when budget_scope = 'customer' then cost_usd else 0 end) as customers_usd
from {{ ref("budget_status") }}
group by month
having
    sum(case when budget_scope = 'total' then cost_usd else 0 end)
    != sum(case when budget_scope = 'customer' then cost_usd else 0 end)
