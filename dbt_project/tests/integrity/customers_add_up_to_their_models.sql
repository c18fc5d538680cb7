-- What customers use of a model is what is used of it, in whichever mart one reads.
-- Not so their savings: one that is unknown makes the model's unknown, too.
with

    stacked as (

        select
            month,
            cloud_provider,
            model,
            cost_usd as customers_usd,
            cast(0 as {{ type_money() }}) as models_usd,
            tokens as customers_tokens,
            cast(0 as {{ type_quantity() }}) as models_tokens
        from {{ ref("customer_efficiency") }}

        union all

        select
            month,
            cloud_provider,
            model,
            cast(0 as {{ type_money() }}) as customers_usd,
            cost_usd as models_usd,
            cast(0 as {{ type_quantity() }}) as customers_tokens,
            tokens as models_tokens
        from {{ ref("model_efficiency") }}

    )

select
    stacked.month,
    stacked.cloud_provider,
    stacked.model,
    sum(stacked.customers_usd) as customers_usd,
    sum(stacked.models_usd) as models_usd,
    sum(stacked.customers_tokens) as customers_tokens,
    sum(stacked.models_tokens) as models_tokens
from stacked
group by stacked.month, stacked.cloud_provider, stacked.model
having
    sum(stacked.customers_usd) != sum(stacked.models_usd)
    or sum(stacked.customers_tokens) != sum(stacked.models_tokens)
