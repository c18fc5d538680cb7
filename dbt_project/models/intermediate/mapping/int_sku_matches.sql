{# The rule that names the model of each SKU: the preferred one of those that fit.

   Where the rule leaves a part of the name open, name_words begins with that part:
   {variant} is what follows the words of the rule, {product} the product, {name} the SKU,
   for AWS without the region that it begins with.

   What no rule but the last ones fits ('{name} of a model') is a model that no one has
   listed where tokens, images, audio or video are billed, else no model at all. #}
{{ config(materialized="table") }}

with

    candidates as (

        select
            candidates.*,
            case
                when candidates.model != '{name} of a model'
                then 'listed'
                when token_types.token_type in ({{ model_token_types() }})
                then 'new model'
                else 'no model'
            end as standing
        from {{ ref("int_sku_candidates") }} as candidates
        left join
            {{ ref("int_sku_token_types") }} as token_types
            on candidates.sku_key = token_types.sku_key
        where candidates.preference = 1

    ),

    chosen as (

        select
            candidates.*,
            case
                when
                    candidates.model like '%{name}%'
                    or candidates.model like '%{product}%'
                then 1
                else 0
            end as is_from_start,
            case
                when candidates.model like '%{product}%'
                then candidates.all_words
                when candidates.model like '%{name}%' or candidates.is_in_sku = 1
                then candidates.sku_words
                else candidates.all_words
            end as words,
            case
                when candidates.model like '%{product}%'
                then candidates.all_spelling
                when candidates.model like '%{name}%' or candidates.is_in_sku = 1
                then candidates.sku_spelling
                else candidates.all_spelling
            end as spelling
        from candidates

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
                when standing = 'no model'
                then 'not_applicable'
                when
                    version_separator = '.'
                    and substring(spelling, name_start - 1, 1) = '.'
                then replace(model, '-{variant}', '.{variant}')
                else model
            end as model,
            version_separator,
            case
                when standing = 'new model' then 'unknown' else model_vendor
            end as model_vendor,
            case
                when standing = 'new model' then 'other' else model_family
            end as model_family,
            case
                when standing = 'no model' or {{ text_position("{", "model") }} = 0
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
