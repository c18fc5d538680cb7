{# Usage only: taxes, credits and fees would distort a unit price. #}
with

    costs as (select * from {{ ref("unified_costs") }} where charge_category = 'Usage'),

    summed as (

        select
            date,
            cloud_provider,
            model,
            token_type,
            usage_unit,
            max(model_vendor) as model_vendor,
            max(model_family) as model_family,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_quantity("usage_amount") }} as usage_amount,
            {{
                sum_quantity(
                    "case when usage_unit = 'tokens' then usage_amount else 0 end"
                )
            }} as tokens,
            cast(
                count(
                    distinct case
                        when customer_id != 'unattributed' then customer_id
                    end
                ) as {{ dbt.type_bigint() }}
            ) as active_customers
        from costs
        group by date, cloud_provider, model, token_type, usage_unit

    ),

    final as (

        select
            -- ids
            date,
            cloud_provider,
            model,
            token_type,
            usage_unit,

            -- attributes
            model_vendor,
            model_family,

            -- measures
            cost_usd,
            usage_amount,
            tokens,
            {{ ratio("cost_usd", "tokens") }} * 1000 as cost_per_1k_tokens_usd,
            {{ ratio("cost_usd", "tokens") }} * 1000000 as cost_per_million_tokens_usd,
            active_customers
        from summed

    )

select *
from final
