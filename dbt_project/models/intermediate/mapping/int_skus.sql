{# The distinct SKUs of all bills, with their texts as words for the rules to match: a
   pattern between spaces then fits whole words only. A mark that no word holds keeps
   the product, the SKU and the hint apart.

   Spelling and words of a text differ in the dots of numbers only ('4.6', '4 6'), so a
   place in one is the same place in the other. #}
{{ config(materialized="table") }}

{% set columns = [
    "sku_key",
    "cloud_provider",
    "sku_product",
    "sku",
    "sku_hint",
    "pricing_unit",
] %}
{% set whole = ["sku_product", "' ~ '", "sku", "' ~ '", "sku_hint"] %}
{% set steps = sku_spelling_steps() %}
{% set texts = ["product_spelling", "sku_spelling", "all_spelling"] %}

with

    charges as (select * from {{ ref("int_daily_charges") }}),

    step_0 as (

        select
            {% for column in columns %} {{ column }}, {% endfor %}
            {{ sku_separated("sku_product") }} as product_spelling,
            {{ sku_separated("sku") }} as sku_spelling,
            {{ sku_separated(dbt.concat(whole)) }} as all_spelling
        from charges
        group by {{ columns | join(", ") }}

    ),

    {% for pairs in steps %}
        step_{{ loop.index }} as (

            select
                {{ columns | join(", ") }},
                {% for text in texts %}
                    {{ replaced(text, pairs) }} as {{ text }} {{ "," if not loop.last }}
                {% endfor %}
            from step_{{ loop.index0 }}

        ),
    {% endfor %}

    final as (

        select
            {{ columns | join(", ") }},
            replace(product_spelling, '.', ' ') as product_words,
            sku_spelling,
            replace(sku_spelling, '.', ' ') as sku_words,
            all_spelling,
            replace(all_spelling, '.', ' ') as all_words,
            lower(coalesce(nullif(pricing_unit, ''), 'none')) as unit_text
        from step_{{ steps | length }}

    )

select *
from final
