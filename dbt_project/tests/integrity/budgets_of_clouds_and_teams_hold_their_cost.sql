-- A budget that is held against a part of its cost is never over, and one that holds
-- another's cost always is. Both sides are stacked: a month that lacks fails, too.
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    budgets as (select * from {{ ref("int_budgets") }}),

    billed as (

        select
            unified.cloud_provider,
            lower(unified.team) as team,
            {{ first_day_of_month("unified.date") }} as month,
            unified.cost_usd
        from {{ ref("unified_costs") }} as unified
        inner join as_of on unified.date <= as_of.as_of_date

    ),

    stacked as (

        select
            budgets.budget_scope,
            budgets.cloud_provider,
            budgets.team,
            billed.month,
            billed.cost_usd as billed_usd,
            0 as budgeted_usd
        from billed
        inner join
            budgets
            on (
                budgets.budget_scope = 'provider'
                and billed.cloud_provider = budgets.cloud_provider
            )
            or (budgets.budget_scope = 'team' and billed.team = lower(budgets.team))

        union all

        select
            budget_scope,
            cloud_provider,
            team,
            month,
            0 as billed_usd,
            cost_usd as budgeted_usd
        from {{ ref("budget_status") }}
        where budget_scope in ('provider', 'team')

    ),

    summed as (

        select
            budget_scope,
            cloud_provider,
            team,
            month,
            sum(billed_usd) as sum_of_billed_usd,
            sum(budgeted_usd) as sum_of_budgeted_usd
        from stacked
        group by budget_scope, cloud_provider, team, month

    )

select *
from summed
where sum_of_billed_usd != sum_of_budgeted_usd
