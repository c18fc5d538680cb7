{# What a customer's tokens of a model cost, and what the same tokens cost at each
   candidate's prices, by token type, pricing tier, context and deployment scope, summed.

   Each line is money before it is summed: a sum of doubles has another last digit in
   another order, and two builds would differ. #}
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

    candidates as (select * from {{ ref("int_switch_candidates") }}),

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
            prices.is_input_price,
            prices.is_scope_price,
            {{
                to_money(
                    "cast(wanted.tokens as "
                    ~ type_double()
                    ~ ") * prices.usd_per_million_tokens / 1000000.0"
                )
            }} as candidate_cost_usd
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
            and wanted.deployment_scope = prices.deployment_scope

    ),

    final as (

        select
            {% for id in ids %} {{ id }}, {% endfor %}
            max(size_tier) as size_tier,
            max(candidate_size_tier) as candidate_size_tier,
            {{ sum_quantity("tokens") }} as tokens,
            {{ sum_money("cost_usd") }} as cost_usd,
            {{ sum_money("candidate_cost_usd") }} as priced_cost_usd,
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
                                    "case when deployment_scope = 'unspecified'"
                                    ~ " then '' else "
                                    ~ dbt.concat(["', '", "deployment_scope"])
                                    ~ " end",
                                ]
                            )
                        }}
                end
            ) as missing_price_reason,
            min(price_source) as first_source,
            max(price_source) as last_source,
            min(catalogue_date) as catalogue_date,
            max(is_input_price) as is_input_price,
            min(is_scope_price) as is_scope_price
        from priced
        group by {% for id in ids %} {{ id }}{{ "," if not loop.last }} {% endfor %}

    )

select *
from final
