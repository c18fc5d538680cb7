{# What one unit of a SKU's quantity is: its name and, for tokens, how many. By the first
   rule that matches the bill's unit, the token type and the SKU's words. #}
with

    skus as (select * from {{ ref("int_skus") }}),

    token_types as (select * from {{ ref("int_sku_token_types") }}),

    rules as (select * from {{ ref("unit_rules") }}),

    matches as (

        select
            skus.sku_key,
            rules.usage_unit,
            rules.units_per_quantity,
            row_number() over (
                partition by skus.sku_key
                order by rules.priority, {{ in_byte_order("rules.sku_pattern") }}
            ) as preference
        from skus
        left join token_types on skus.sku_key = token_types.sku_key
        inner join
            rules
            on rules.cloud_provider in ('any', skus.cloud_provider)
            and skus.unit_text like rules.unit_pattern
            and skus.sku_words like rules.sku_pattern
            and (
                rules.token_types = 'any'
                or {{ dbt.concat(["' '", "coalesce(rules.token_types, '')", "' '"]) }}
                like {{
                    dbt.concat(
                        [
                            "'% '",
                            "coalesce(token_types.token_type, 'other')",
                            "' %'",
                        ]
                    )
                }}
            )

    )

select sku_key, usage_unit, units_per_quantity
from matches
where preference = 1
