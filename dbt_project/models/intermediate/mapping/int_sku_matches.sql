{# The rule that names the model of each SKU: of those whose words the SKU holds, the one
   with the lowest priority number wins, then the longest, because 'claude sonnet 4 6'
   says more than 'claude sonnet 4'.

   Azure's and Google's SKUs name the model themselves, so their product's words only
   count where no other rule fits: 'Azure OpenAI GPT5' also sells 5.6 luna. A Marketplace
   line of AWS has the model in nothing but its product.

   Where the rule leaves a part of the name open, name_words begins with that part:
   {variant} is what follows the words of the rule, {product} the product, {name} the SKU,
   for AWS without the region that it begins with. #}
with

    skus as (select * from {{ ref("int_skus") }}),

    patterns as (select * from {{ ref("int_model_patterns") }}),

    candidates as (

        select
            skus.sku_key,
            skus.cloud_provider,
            skus.sku_words,
            skus.sku_spelling,
            skus.all_words,
            skus.all_spelling,
            patterns.priority,
            patterns.product_pattern,
            patterns.pattern_words,
            patterns.model,
            patterns.version_separator,
            patterns.model_vendor,
            patterns.model_family,
            case
                when
                    skus.sku_words
                    like {{ dbt.concat(["'%'", "patterns.pattern_words", "'%'"]) }}
                then 1
                else 0
            end as is_in_sku
        from skus
        inner join
            patterns
            on patterns.cloud_provider in ('any', skus.cloud_provider)
            and skus.product_words like patterns.product_pattern
            and skus.all_words
            like {{ dbt.concat(["'%'", "patterns.pattern_words", "'%'"]) }}

    ),

    ranked as (

        select
            candidates.*,
            row_number() over (
                partition by sku_key
                order by
                    case
                        when cloud_provider != 'AWS' and is_in_sku = 0
                        then priority + 50
                        else priority
                    end,
                    is_in_sku desc,
                    {{ dbt.length("pattern_words") }} desc,
                    {{ dbt.length("product_pattern") }} desc,
                    model
            ) as preference,
            -- T-SQL does not count the space at the end of a text.
            {{ dbt.length(dbt.concat(["pattern_words", "'~'"])) }} - 1 as pattern_length
        from candidates

    ),

    placed as (

        select
            ranked.*,
            case
                when model like '%{name}%' and cloud_provider = 'AWS'
                then {{ text_position(" ", "substring(sku_words, 2, 2000)") }} + 1
                when model like '%{name}%' or model like '%{product}%'
                then 1
                when is_in_sku = 1
                then {{ dbt.position("pattern_words", "sku_words") }} + pattern_length
                else {{ dbt.position("pattern_words", "all_words") }} + pattern_length
            end as name_start
        from ranked
        where preference = 1

    ),

    spelled as (

        select
            placed.*,
            case
                when is_in_sku = 1 and substring(sku_spelling, name_start - 1, 1) = '.'
                then 1
                when is_in_sku = 0 and substring(all_spelling, name_start - 1, 1) = '.'
                then 1
                else 0
            end as is_mid_version
        from placed

    ),

    final as (

        select
            sku_key,
            cloud_provider,
            -- A version that goes on ('4.20') keeps its dot.
            case
                when is_mid_version = 1 and version_separator = '.'
                then replace(model, '-{variant}', '.{variant}')
                else model
            end as model,
            version_separator,
            model_vendor,
            model_family,
            case
                when {{ text_position("{", "model") }} = 0
                then ' '
                when model like '%{name}%'
                then
                    {{
                        dbt.concat(
                            ["substring(sku_spelling, name_start, 2000)", "' '"]
                        )
                    }}
                when is_in_sku = 1 and model not like '%{product}%'
                then
                    {{
                        dbt.concat(
                            [
                                "' '",
                                "substring(sku_spelling, name_start, 2000)",
                                "' '",
                            ]
                        )
                    }}
                else
                    {{
                        dbt.concat(
                            [
                                "' '",
                                "substring(all_spelling, name_start, 2000)",
                                "' '",
                            ]
                        )
                    }}
            end as name_words
        from spelled

    )

select *
from final
