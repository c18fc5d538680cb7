{# What files that llm-costs wrote say about a SKU, which was found out from the native
   bill: its product, on which some rules depend, is not in them. #}
with

    terms as (select * from {{ ref("int_focus_input_terms") }}),

    named as (

        select
            cloud_provider,
            sku_product,
            sku,
            sku_hint,
            sku_unit as pricing_unit,
            model,
            model_vendor,
            token_type,
            pricing_tier
        from terms
        where unified_cost_id is not null
        group by
            cloud_provider,
            sku_product,
            sku,
            sku_hint,
            sku_unit,
            model,
            model_vendor,
            token_type,
            pricing_tier

    ),

    final as (

        select
            {{
                surrogate_key(
                    [
                        "cloud_provider",
                        "sku_product",
                        "sku",
                        "sku_hint",
                        "pricing_unit",
                    ]
                )
            }} as sku_key, model, model_vendor, token_type, pricing_tier
        from named

    )

select *
from final
