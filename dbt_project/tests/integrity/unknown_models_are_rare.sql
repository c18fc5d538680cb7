-- New models reach the bills before they reach the rules. Above one percent of the
-- usage
-- cost the model dashboard misleads: add a row to dbt_project/seeds/model_patterns.csv.
{{ config(severity="warn") }}

with

    costs as (

        select
            cloud_provider,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_money("case when model= 'unknown' then cost_usd else 0 end") }}
            as unknown_usd
        from {{ ref("unified_costs") }}
        where charge_category = 'Usage'
        group by cloud_provider

    )

select cloud_provider, cost_usd, unknown_usd
from costs
where unknown_usd > 0.01 * cost_usd
