{# Model, vendor and family of each SKU: of the patterns that its words hold, the one with
   the lowest priority number wins, then the longest, because 'claude sonnet 4 6' says
   more than 'claude sonnet 4'. #}
with

    skus as (select * from {{ ref("int_skus") }}),

    patterns as (select * from {{ ref("int_model_patterns") }}),

    matches as (

        select
            skus.sku_key,
            patterns.model,
            patterns.model_vendor,
            patterns.model_family,
            row_number() over (
                partition by skus.sku_key
                order by
                    patterns.priority,
                    {{ dbt.length("patterns.pattern_words") }} desc,
                    {{ dbt.length("patterns.product_pattern") }} desc,
                    patterns.model
            ) as preference
        from skus
        inner join
            patterns
            on patterns.cloud_provider in ('any', skus.cloud_provider)
            and skus.product_words like patterns.product_pattern
            and skus.all_words
            like {{ dbt.concat(["'%'", "patterns.pattern_words", "'%'"]) }}

    )

select sku_key, model, model_vendor, model_family
from matches
where preference = 1
