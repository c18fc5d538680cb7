{# Pricing tier of each SKU, by the first rule that matches; on-demand where none does. #}
with

    skus as (select * from {{ ref("int_skus") }}),

    rules as (select * from {{ ref("pricing_tier_rules") }}),

    matches as (

        select
            skus.sku_key,
            rules.pricing_tier,
            row_number() over (
                partition by skus.sku_key order by rules.priority, rules.pattern
            ) as preference
        from skus
        inner join
            rules
            on rules.cloud_provider in ('any', skus.cloud_provider)
            and {{ dbt.concat(["skus.sku_words", "'| '", "skus.unit_text", "' '"]) }}
            like rules.pattern

    )

select sku_key, pricing_tier
from matches
where preference = 1
