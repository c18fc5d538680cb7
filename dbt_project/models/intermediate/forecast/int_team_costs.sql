{# What the teams that have a budget cost, whatever the letter case in which bills name
   them. The cost of a team is what tags and names give to it: a tax or a credit without
   them belongs to no team. #}
{{ config(materialized="table") }}

with

    teams as (select * from {{ ref("int_budgets") }} where budget_scope = 'team'),

    costs as (select * from {{ ref("unified_costs") }} where team is not null),

    final as (

        select
            teams.team,
            costs.customer_id,
            costs.cloud_provider,
            costs.date,
            {{ sum_money("costs.cost_usd") }} as cost_usd,
            {{
                sum_money(
                    "case when costs.charge_category = 'Usage'"
                    ~ " then costs.cost_usd else 0 end"
                )
            }} as usage_cost_usd,
            {{
                sum_money(
                    "case when costs.charge_category in ('Tax', 'Credit')"
                    ~ " then costs.cost_usd else 0 end"
                )
            }} as tax_and_credit_usd,
            {{
                sum_money(
                    "case when costs.charge_category = 'Purchase'"
                    ~ " then costs.cost_usd else 0 end"
                )
            }} as purchase_cost_usd
        from costs
        inner join teams on lower(costs.team) = lower(teams.team)
        group by teams.team, costs.customer_id, costs.cloud_provider, costs.date

    )

select *
from final
