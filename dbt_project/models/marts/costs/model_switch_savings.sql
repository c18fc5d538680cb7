{# The same tokens at another model's price. Tokenizers differ between vendors, so the same
   text is more or fewer tokens elsewhere: a small saving between vendors may be none. #}
{% set ids = [
    "month",
    "customer_id",
    "cloud_provider",
    "model",
    "candidate_cloud_provider",
    "candidate_model",
] %}

with

    costs as (select * from {{ ref("int_switch_costs") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    compared as (

        select
            *,
            cast(
                case
                    when unpriced_lines = 0 then priced_cost_usd
                end as {{ type_money() }}
            ) as candidate_cost_usd
        from costs

    ),

    final as (

        select
            -- ids
            {% for id in ids %} compared.{{ id }}, {% endfor %}

            -- attributes
            customers.customer_name,
            compared.size_tier,
            compared.candidate_size_tier,

            -- measures
            compared.tokens,
            compared.cost_usd,
            compared.candidate_cost_usd,
            cast(
                compared.cost_usd - compared.candidate_cost_usd as {{ type_money() }}
            ) as saving_usd,
            100
            * {{
                ratio(
                    "(compared.cost_usd - compared.candidate_cost_usd)",
                    "compared.cost_usd",
                )
            }} as saving_percent,

            -- grounds
            case
                when compared.unpriced_lines > 0
                then null
                when compared.first_source = compared.last_source
                then compared.first_source
                else 'own bill and list'
            end as price_source,
            compared.catalogue_date,
            {{ as_bool("compared.is_input_price = 1") }} as is_cache_billed_as_input,
            {{ as_bool("compared.is_scope_price = 1") }} as is_region_kept,
            compared.missing_price_reason
        from compared
        left join customers on compared.customer_id = customers.customer_id

    )

select *
from final
