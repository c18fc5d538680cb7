{# Model, vendor and family of each SKU. An open part of the name ends where the bill's
   own words begin ('5.6 luna ShCo Cd Inp': luna), so a variant that no one has listed
   keeps its name. #}
with

    matches as (select * from {{ ref("int_sku_matches") }}),

    bill_words as (select * from {{ ref("bill_words") }}),

    ends as (

        select
            matches.sku_key,
            min(
                {{
                    dbt.position(
                        "replace("
                        ~ dbt.concat(["' '", "bill_words.word", "' '"])
                        ~ ", '% ', '')",
                        "matches.name_words",
                    )
                }}
            ) as name_end
        from matches
        inner join
            bill_words
            on bill_words.cloud_provider in ('any', matches.cloud_provider)
            and bill_words.model_vendor in ('any', matches.model_vendor)
            and matches.name_words
            like {{ dbt.concat(["'% '", "bill_words.word", "' %'"]) }}
        group by matches.sku_key

    ),

    named as (

        select
            matches.sku_key,
            matches.model,
            matches.model_vendor,
            matches.model_family,
            matches.version_separator,
            replace(
                trim(substring(matches.name_words, 1, coalesce(ends.name_end, 2000))),
                ' ',
                '-'
            ) as name
        from matches
        left join ends on matches.sku_key = ends.sku_key

    ),

    -- A name that a bill gives as 'vendor.model' tells the vendor, too.
    parted as (

        select
            named.*,
            case
                when named.version_separator = '-'
                then replace(named.name, '.', '-')
                else named.name
            end as spelled_name,
            case
                when
                    named.model in ('{name}', '{name} of a model')
                    and substring({{ text_after(".", "named.name") }}, 1, 1)
                    between 'a' and 'z'
                then {{ text_before(".", "named.name") }}
            end as named_vendor
        from named

    ),

    final as (

        select
            sku_key,
            case
                when name = '' and model = '{name} of a model'
                then 'unknown'
                when
                    name = ''
                    and (model in ('{variant}', '{product}') or model like '%{name}%')
                then 'unspecified'
                when name = ''
                then replace(replace(model, '-{variant}', ''), '.{variant}', '')
                when named_vendor is not null
                then {{ text_after(".", "name") }}
                else
                    replace(
                        replace(
                            replace(
                                replace(model, '{name} of a model', '{name}'),
                                '{variant}',
                                spelled_name
                            ),
                            '{name}',
                            spelled_name
                        ),
                        '{product}',
                        spelled_name
                    )
            end as model,
            coalesce(named_vendor, model_vendor) as model_vendor,
            model_family
        from parted

    )

select *
from final
