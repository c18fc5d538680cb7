{# What caches and batches take over and save, of sums of int_token_efficiency. #}
{% macro efficiency_measures() %}
    -- measures: cost and tokens
    {{ sum_money("cost_usd") }} as cost_usd,
    {{ sum_quantity("tokens") }} as tokens,
    {{ ratio("sum(cost_usd)", "sum(tokens)") }}
    * 1000000 as cost_per_million_tokens_usd,
    {{
        ratio(
            "sum(output_tokens)",
            "sum(input_tokens) + sum(cache_read_tokens)",
        )
    }} as output_per_input_token,

    -- measures: cache
    {{
        ratio(
            "sum(cache_read_tokens)",
            "sum(cache_read_tokens) + sum(input_tokens)",
        )
    }} as cache_hit_share,
    {{ sum_if_known("cache_read_saving_usd") }} as cache_read_saving_usd,
    {{ sum_if_known("cache_write_extra_cost_usd") }} as cache_write_extra_cost_usd,

    -- measures: batch
    {{ ratio("sum(batch_tokens)", "sum(tokens)") }} as batch_share,
    {{ sum_if_known("batch_saving_usd") }} as batch_saving_usd
{% endmacro %}
