{# What caches and batches take over and save, of a relation with the columns of
   int_token_efficiency. #}
{% macro efficiency_measures(relation) %}
    {%- set read_tokens = (
        relation ~ ".input_tokens + " ~ relation ~ ".cache_read_tokens"
    ) %}
    -- measures: cost and tokens
    {{ relation }}.cost_usd,
    {{ relation }}.tokens,
    {{ ratio(relation ~ ".cost_usd", relation ~ ".tokens") }}
    * 1000000 as cost_per_million_tokens_usd,
    {{ ratio(relation ~ ".output_tokens", read_tokens) }} as output_per_input_token,

    -- measures: cache
    {{ ratio(relation ~ ".cache_read_tokens", read_tokens) }} as cache_hit_share,
    {{ relation }}.cache_read_saving_usd,
    {{ relation }}.cache_write_extra_cost_usd,

    -- measures: batch
    {{ ratio(relation ~ ".batch_tokens", relation ~ ".tokens") }} as batch_share,
    {{ relation }}.batch_saving_usd
{% endmacro %}
