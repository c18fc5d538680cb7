{# What caching and batches save each customer, at what the company pays for the model on
   the same bill. Where every saving is known, the customers' add up to those of
   model_efficiency. #}
with

    efficiency as (select * from {{ ref("int_token_efficiency") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    final as (

        select
            -- ids
            efficiency.month,
            efficiency.customer_id,
            efficiency.cloud_provider,
            efficiency.model,

            -- attributes
            customers.customer_name,
            efficiency.model_vendor,
            efficiency.model_family,
            {{ efficiency_measures("efficiency") }}
        from efficiency
        left join customers on efficiency.customer_id = customers.customer_id

    )

select *
from final
