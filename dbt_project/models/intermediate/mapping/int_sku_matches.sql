{# The rule that names the model of each SKU: of those whose words the SKU holds, the one
   with the lowest priority number wins, then the longest, because 'claude sonnet 4 6'
   says more than 'claude sonnet 4'.

   Azure's and Google's SKUs name the model themselves, so their product's words only
   count where no other rule fits: 'Azure OpenAI GPT5' also sells 5.6 luna. A Marketplace
   line of AWS has the model in nothing but its product.

   Where the rule leaves a part of the name open, name_words begins with that part:
   {variant} is what follows the words of the rule, {product} the product, {name} the SKU,
   for AWS without the region that it begins with. #}
{{ config(materialized="table") }}

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
                partition by candidates.sku_key
                order by
                    case
                        when
                            candidates.cloud_provider != 'AWS'
                            and candidates.is_in_sku = 0
                        then candidates.priority + 50
                        else candidates.priority
                    end,
                    candidates.is_in_sku desc,
                    {{ dbt.length("candidates.pattern_words") }} desc,
                    {{ dbt.length("candidates.product_pattern") }} desc,
                    candidates.model
            ) as preference,
            -- T-SQL does not count the space at the end of a text.
            {{ dbt.length(dbt.concat(["candidates.pattern_words", "'~'"])) }}
            - 1 as pattern_length
        from candidates

    ),

    chosen as (

        select
            ranked.*,
            case
                when ranked.model like '%{name}%' or ranked.model like '%{product}%'
                then 1
                else 0
            end as is_from_start,
            case
                when ranked.model like '%{product}%'
                then ranked.all_words
                when ranked.model like '%{name}%' or ranked.is_in_sku = 1
                then ranked.sku_words
                else ranked.all_words
            end as words,
            case
                when ranked.model like '%{product}%'
                then ranked.all_spelling
                when ranked.model like '%{name}%' or ranked.is_in_sku = 1
                then ranked.sku_spelling
                else ranked.all_spelling
            end as spelling
        from ranked
        where ranked.preference = 1

    ),

    placed as (

        select
            chosen.*,
            case
                when chosen.is_from_start = 0
                then
                    {{ dbt.position("chosen.pattern_words", "chosen.words") }}
                    + chosen.pattern_length
                when chosen.model like '%{name}%' and chosen.cloud_provider = 'AWS'
                then {{ text_position(" ", "substring(chosen.words, 2, 2000)") }} + 2
                else 2
            end as name_start
        from chosen

    ),

    final as (

        select
            sku_key,
            cloud_provider,
            -- A version that goes on ('4.20') keeps its dot.
            case
                when
                    version_separator = '.'
                    and substring(spelling, name_start - 1, 1) = '.'
                then replace(model, '-{variant}', '.{variant}')
                else model
            end as model,
            version_separator,
            model_vendor,
            model_family,
            case
                when {{ text_position("{", "model") }} = 0
                then ' '
                else
                    {{
                        dbt.concat(
                            ["' '", "substring(spelling, name_start, 2000)", "' '"]
                        )
                    }}
            end as name_words
        from placed

    )

select *
from final
