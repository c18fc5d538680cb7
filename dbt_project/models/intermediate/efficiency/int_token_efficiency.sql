{# What each customer used of a model, and what its caches and batches saved. A table: two
   marts sum it, by model and by customer. #}
{{ config(materialized="table") }}
{% set kinds = ["input", "output", "cache_read"] %}

with

    text_usage as (select * from {{ ref("int_text_usage") }}),

    caches as (select * from {{ ref("int_cache_savings") }}),

    batches as (select * from {{ ref("int_batch_savings") }}),

    summed as (

        select
            month,
            customer_id,
            cloud_provider,
            model,
            max(model_vendor) as model_vendor,
            max(model_family) as model_family,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_quantity("tokens") }} as tokens,
            {% for kind in kinds %}
                {{
                    sum_quantity(
                        "case when token_type = '" ~ kind ~ "' then tokens else 0 end"
                    )
                }} as {{ kind }}_tokens{{ "," if not loop.last }}
            {% endfor %}
        from text_usage
        group by month, customer_id, cloud_provider, model

    ),

    final as (

        select
            summed.*,
            caches.cache_read_saving_usd,
            caches.cache_write_extra_cost_usd,
            batches.batch_tokens,
            batches.batch_saving_usd
        from summed
        inner join
            caches
            on summed.month = caches.month
            and summed.customer_id = caches.customer_id
            and summed.cloud_provider = caches.cloud_provider
            and summed.model = caches.model
        inner join
            batches
            on summed.month = batches.month
            and summed.customer_id = batches.customer_id
            and summed.cloud_provider = batches.cloud_provider
            and summed.model = batches.model

    )

select *
from final
