{# What caching and batches save each customer, at what the company pays for the model on
   the same bill. Where every saving is known, the customers' add up to those of
   model_efficiency. #}
with

    efficiency as (select * from {{ ref("int_token_efficiency") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    summed as (

        -- One row each, but the measures are aggregates.
        select
            month,
            customer_id,
            cloud_provider,
            model,
            max(model_vendor) as model_vendor,
            max(model_family) as model_family,
            {{ efficiency_measures() }}
        from efficiency
        group by month, customer_id, cloud_provider, model

    ),

    final as (

        select
            -- ids
            summed.month,
            summed.customer_id,
            summed.cloud_provider,
            summed.model,

            -- attributes
            customers.customer_name,
            summed.model_vendor,
            summed.model_family,

            -- measures: cost and tokens
            summed.cost_usd,
            summed.tokens,
            summed.cost_per_million_tokens_usd,
            summed.output_per_input_token,

            -- measures: cache
            summed.cache_hit_share,
            summed.cache_read_saving_usd,
            summed.cache_write_extra_cost_usd,

            -- measures: batch
            summed.batch_share,
            summed.batch_saving_usd
        from summed
        left join customers on summed.customer_id = customers.customer_id

    )

select *
from final
