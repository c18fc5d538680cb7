{# The distinct SKUs of all bills, with their texts as words for the rules to match. #}
{{ config(materialized="table") }}

with

    charges as (select * from {{ ref("int_daily_charges") }}),

    final as (

        select
            sku_key,
            cloud_provider,
            sku_product,
            sku,
            sku_hint,
            pricing_unit,
            {{ sku_words("sku_product") }} as product_words,
            {{ sku_words("sku") }} as sku_words,
            {{
                sku_words(
                    dbt.concat(["sku_product", "' | '", "sku", "' | '", "sku_hint"])
                )
            }} as all_words,
            lower(coalesce(nullif(pricing_unit, ''), 'none')) as unit_text
        from charges
        group by sku_key, cloud_provider, sku_product, sku, sku_hint, pricing_unit

    )

select *
from final
