{# One word about each SKU, out of a seed of rules: the rule with the lowest priority
   number whose pattern the SKU's words and unit fit. SKUs that no rule fits are left
   out. #}
{% macro first_matching_rule(rules, column) -%}
    with

        skus as (select * from {{ ref("int_skus") }}),

        rules as (select * from {{ rules }}),

        matches as (

            select
                skus.sku_key,
                rules.{{ column }},
                row_number() over (
                    partition by skus.sku_key
                    order by rules.priority, {{ in_byte_order("rules.pattern") }}
                ) as preference
            from skus
            inner join
                rules
                on rules.cloud_provider in ('any', skus.cloud_provider)
                and {{ dbt.concat(["skus.sku_words", "'| '", "skus.unit_text", "' '"]) }}
                like rules.pattern

        )

    select sku_key, {{ column }}
    from matches
    where preference = 1
{%- endmacro %}
