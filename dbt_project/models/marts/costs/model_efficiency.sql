{# What caching and batches save, at the model's own price on the same bill. Where the bill
   has no price to compare with, the saving is unknown, not 0. #}
with

    efficiency as (select * from {{ ref("int_token_efficiency") }}),

    final as (

        select
            -- ids
            month,
            cloud_provider,
            model,

            -- attributes
            max(model_vendor) as model_vendor,
            max(model_family) as model_family,

            -- measures
            {{ efficiency_measures() }}
        from efficiency
        group by month, cloud_provider, model

    )

select *
from final
