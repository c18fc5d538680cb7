{# The models that could stand in for each model: of the same size or one smaller, wherever
   a customer has a price for them in the month.

   A table: read several times over, and no engine can guess how large a view of it is. #}
{{ config(materialized="table") }}
with

    prices as (select * from {{ ref("int_prices_known") }}),

    tiers as (select * from {{ ref("model_tiers") }}),

    offered as (

        select month, customer_id, cloud_provider, model
        from prices
        group by month, customer_id, cloud_provider, model

    ),

    final as (

        select
            offered.month,
            offered.customer_id,
            used.model,
            used.size_tier,
            offered.cloud_provider as candidate_cloud_provider,
            offered.model as candidate_model,
            candidate.size_tier as candidate_size_tier
        from offered
        inner join
            tiers as candidate
            on offered.model = candidate.model
            and candidate.is_candidate = 1
        inner join
            tiers as used
            on candidate.tier_rank = used.tier_rank
            or candidate.tier_rank = used.tier_rank - 1

    )

select *
from final
