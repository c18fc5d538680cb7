{# Token type of each SKU, by the first rule that matches: what is not tokens at all
   (provisioned capacity, training, storage, images) before the cache, the cache before
   input and output, because "cached input" and "output ... short input text" hold two of
   these words. #}
with

    skus as (select * from {{ ref("int_skus") }}),

    rules as (select * from {{ ref("token_type_rules") }}),

    matches as (

        select
            skus.sku_key,
            rules.token_type,
            row_number() over (
                partition by skus.sku_key
                order by rules.priority, {{ in_byte_order("rules.pattern") }}
            ) as preference
        from skus
        inner join
            rules
            on rules.cloud_provider in ('any', skus.cloud_provider)
            and skus.product_words like rules.product_pattern
            and {{ dbt.concat(["skus.sku_words", "'| '", "skus.unit_text", "' '"]) }}
            like rules.pattern

    )

select sku_key, token_type
from matches
where preference = 1
