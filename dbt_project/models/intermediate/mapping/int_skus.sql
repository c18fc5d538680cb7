{# The distinct SKUs of all bills, with their texts as words for the rules to match. #}
{{ config(materialized="table") }}

{# A mark that no word holds keeps the product, the SKU and the hint apart. #}
{% set texts = ["sku_product", "' ~ '", "sku", "' ~ '", "sku_hint"] %}

with

    charges as (select * from {{ ref("int_daily_charges") }}),

    spelled as (

        select
            sku_key,
            cloud_provider,
            sku_product,
            sku,
            sku_hint,
            pricing_unit,
            {{ sku_spelling("sku") }} as sku_spelling,
            {{ sku_spelling(dbt.concat(texts)) }} as all_spelling
        from charges
        group by sku_key, cloud_provider, sku_product, sku, sku_hint, pricing_unit

    ),

    final as (

        select
            sku_key,
            cloud_provider,
            sku_product,
            sku,
            sku_hint,
            pricing_unit,
            {{ sku_words("sku_product") }} as product_words,
            sku_spelling,
            replace(sku_spelling, '.', ' ') as sku_words,
            all_spelling,
            replace(all_spelling, '.', ' ') as all_words,
            lower(coalesce(nullif(pricing_unit, ''), 'none')) as unit_text
        from spelled

    )

select *
from final
