{# Where the tokens of each SKU were computed, by the first rule that matches. #}
with

    skus as (select * from {{ ref("int_skus") }}),

    rules as (select * from {{ ref("deployment_scope_rules") }}),

    matches as (

        select
            skus.sku_key,
            rules.deployment_scope,
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

select sku_key, deployment_scope
from matches
where preference = 1
