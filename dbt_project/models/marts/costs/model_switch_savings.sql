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

    usage_lines as (select * from {{ ref("int_text_usage_priced") }}),

    prices as (select * from {{ ref("int_prices_known") }}),

    tiers as (select * from {{ ref("model_tiers") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    offered as (

        select month, customer_id, cloud_provider, model
        from prices
        group by month, customer_id, cloud_provider, model

    ),

    -- Candidates are of the same size or one smaller.
    candidates as (

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

    ),

    wanted as (

        select
            usage_lines.*,
            candidates.size_tier,
            candidates.candidate_cloud_provider,
            candidates.candidate_model,
            candidates.candidate_size_tier
        from usage_lines
        inner join
            candidates
            on usage_lines.month = candidates.month
            and usage_lines.customer_id = candidates.customer_id
            and usage_lines.model = candidates.model
        where
            usage_lines.model != candidates.candidate_model
            or usage_lines.cloud_provider != candidates.candidate_cloud_provider

    ),

    priced as (

        select
            wanted.*,
            prices.usd_per_million_tokens as candidate_price,
            prices.price_source,
            prices.catalogue_date,
            prices.is_input_price
        from wanted
        left join
            prices
            on wanted.month = prices.month
            and wanted.customer_id = prices.customer_id
            and wanted.candidate_cloud_provider = prices.cloud_provider
            and wanted.candidate_model = prices.model
            and wanted.token_type = prices.token_type
            and wanted.pricing_tier = prices.pricing_tier
            and wanted.context = prices.context

    ),

    summed as (

        select
            {% for id in ids %} {{ id }}, {% endfor %}
            max(size_tier) as size_tier,
            max(candidate_size_tier) as candidate_size_tier,
            {{ sum_quantity("tokens") }} as tokens,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{
                to_money(
                    "sum(cast(tokens as "
                    ~ type_double()
                    ~ ") * candidate_price / 1000000.0)"
                )
            }} as priced_cost_usd,
            sum(case when candidate_price is null then 1 else 0 end) as unpriced_lines,
            min(
                case
                    when candidate_price is null
                    then
                        {{
                            dbt.concat(
                                [
                                    "'no price for '",
                                    "token_type",
                                    "' '",
                                    "pricing_tier",
                                ]
                            )
                        }}
                end
            ) as missing_price_reason,
            min(price_source) as first_source,
            max(price_source) as last_source,
            min(catalogue_date) as catalogue_date,
            max(is_input_price) as is_input_price
        from priced
        group by {% for id in ids %} {{ id }}{{ "," if not loop.last }} {% endfor %}

    ),

    compared as (

        select
            *,
            case when unpriced_lines = 0 then priced_cost_usd end as candidate_cost_usd
        from summed

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
            compared.missing_price_reason
        from compared
        left join customers on compared.customer_id = customers.customer_id

    )

select *
from final
