-- New models reach the bills before they reach the rules. Above one percent of a
-- provider's usage cost the model dashboard misleads: add a row to
-- dbt_project/seeds/model_patterns.csv for each model named here, which has its name
-- from nothing but the SKU, or none. Azure's tools that are known to be none are left
-- out.
{{ config(severity="warn") }}

with

    costs as (

        select
            cloud_provider,
            sku,
            model,
            cost_usd,
            case
                when model = 'unknown'
                then cost_usd
                when
                    token_type in ({{ model_token_types() }})
                    and (
                        model_family = 'other'
                        or (
                            model = 'not_applicable' and model_family != 'Foundry Tools'
                        )
                    )
                then cost_usd
                else cast(0 as {{ type_money() }})
            end as unknown_usd
        from {{ ref("unified_costs") }}
        where charge_category = 'Usage'

    ),

    providers as (

        select
            cloud_provider,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_money("unknown_usd") }} as unknown_usd
        from costs
        group by cloud_provider

    )

select
    costs.cloud_provider,
    costs.sku,
    costs.model,
    {{ sum_money("costs.unknown_usd") }} as unknown_usd,
    max(providers.cost_usd) as cost_usd
from costs
inner join providers on costs.cloud_provider = providers.cloud_provider
where costs.unknown_usd != 0 and providers.unknown_usd > 0.01 * providers.cost_usd
group by costs.cloud_provider, costs.sku, costs.model
