{# What caching and batches save, at the model's own price on the same bill. Where the bill
   has no price to compare with, the saving is unknown, not 0. #}
{% set quantities = [
    "tokens",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "batch_tokens",
] %}
{% set savings = [
    "cache_read_saving_usd",
    "cache_write_extra_cost_usd",
    "batch_saving_usd",
] %}

with

    efficiency as (select * from {{ ref("int_token_efficiency") }}),

    models as (

        select
            month,
            cloud_provider,
            model,
            max(model_vendor) as model_vendor,
            max(model_family) as model_family,
            {{ sum_money("cost_usd") }} as cost_usd,
            {% for quantity in quantities %}
                {{ sum_quantity(quantity) }} as {{ quantity }},
            {% endfor %}
            {% for saving in savings %}
                {{ sum_if_known(saving) }} as {{ saving }}{{ "," if not loop.last }}
            {% endfor %}
        from efficiency
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
            {{ efficiency_measures("models") }}
        from models

    )

select *
from final
