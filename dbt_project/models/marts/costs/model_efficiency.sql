{# What caching and batches save, at the model's own price on the same bill. Where the bill
   has no price to compare with, the saving is unknown, not 0. #}
{% set kinds = ["input", "output", "cache_read"] %}

with

    text_usage as (select * from {{ ref("int_text_usage") }}),

    caches as (select * from {{ ref("int_cache_savings") }}),

    batches as (select * from {{ ref("int_batch_savings") }}),

    models as (

        select
            month,
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
        group by month, cloud_provider, model

    ),

    final as (

        select
            -- ids
            models.month,
            models.cloud_provider,
            models.model,

            -- attributes
            models.model_vendor,
            models.model_family,

            -- measures: cost and tokens
            models.cost_usd,
            models.tokens,
            {{ ratio("models.cost_usd", "models.tokens") }}
            * 1000000 as cost_per_million_tokens_usd,
            {{
                ratio(
                    "models.output_tokens",
                    "models.input_tokens + models.cache_read_tokens",
                )
            }} as output_per_input_token,

            -- measures: cache
            {{
                ratio(
                    "models.cache_read_tokens",
                    "models.cache_read_tokens + models.input_tokens",
                )
            }} as cache_hit_share,
            caches.cache_read_saving_usd,
            caches.cache_write_extra_cost_usd,

            -- measures: batch
            {{ ratio("batches.batch_tokens", "models.tokens") }} as batch_share,
            batches.batch_saving_usd
        from models
        inner join
            caches
            on models.month = caches.month
            and models.cloud_provider = caches.cloud_provider
            and models.model = caches.model
        inner join
            batches
            on models.month = batches.month
            and models.cloud_provider = batches.cloud_provider
            and models.model = batches.model

    )

select *
from final
