{# All rules whose words a SKU holds, in the order in which they are preferred: the lowest
   priority number first, then the longest, because 'claude sonnet 4 6' says more than
   'claude sonnet 4'.

   Azure's and Google's SKUs name the model themselves, so their product's words only
   count where no other rule fits: 'Azure OpenAI GPT5' also sells 5.6 luna. A Marketplace
   line of AWS has the model in nothing but its product. #}
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
            and (
                patterns.is_at_start = 0
                or skus.sku_words
                like {{ dbt.concat(["patterns.pattern_words", "'%'"]) }}
            )

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
                    {{ in_byte_order("candidates.model") }}
            ) as preference,
            -- T-SQL does not count the space at the end of a text.
            {{ dbt.length(dbt.concat(["candidates.pattern_words", "'~'"])) }}
            - 1 as pattern_length
        from candidates

    )

select *
from ranked
