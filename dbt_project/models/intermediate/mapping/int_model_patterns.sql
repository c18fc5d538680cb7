{# The rules of model_patterns with every version written out, as words to match. A rule
   for a family ('claude {version} sonnet') so carries versions that no one has listed
   yet. One row per pattern. #}
{{ config(materialized="table") }}

with

    rules as (select * from {{ ref("model_patterns") }}),

    versions as (select * from {{ ref("int_model_versions") }}),

    expanded as (

        select
            rules.priority,
            rules.cloud_provider,
            rules.product_pattern,
            rules.pattern,
            rules.model,
            rules.version_separator,
            rules.model_vendor,
            rules.model_family
        from rules
        where rules.pattern not like '%{version}%'

        union all

        select
            rules.priority,
            rules.cloud_provider,
            rules.product_pattern,
            replace(rules.pattern, '{version}', versions.version_words) as pattern,
            replace(
                rules.model,
                '{version}',
                case
                    when rules.version_separator = '-'
                    then replace(versions.version, '.', '-')
                    else versions.version
                end
            ) as model,
            rules.version_separator,
            rules.model_vendor,
            rules.model_family
        from rules
        cross join versions
        where rules.pattern like '%{version}%'

        union all

        -- Azure also runs a version together: 'gpt 41 mini', '54 nano'.
        select
            rules.priority,
            rules.cloud_provider,
            rules.product_pattern,
            replace(rules.pattern, '{version}', versions.version_digits) as pattern,
            replace(rules.model, '{version}', versions.version) as model,
            rules.version_separator,
            rules.model_vendor,
            rules.model_family
        from rules
        cross join versions
        where
            rules.pattern like '%{version}%'
            and rules.cloud_provider = 'Azure'
            and versions.version_digits != versions.version_words

    ),

    final as (

        select
            cast(priority as {{ dbt.type_int() }}) as priority,
            cloud_provider,
            coalesce(product_pattern, '%') as product_pattern,
            -- A pattern that ends in ... matches the beginning of a word: '56sol'.
            replace(
                replace({{ dbt.concat(["' '", "pattern", "' '"]) }}, '... ', ''),
                ' ^',
                ' '
            ) as pattern_words,
            case when pattern like '^%' then 1 else 0 end as is_at_start,
            model,
            coalesce(version_separator, '.') as version_separator,
            model_vendor,
            model_family
        from expanded
        group by
            priority,
            cloud_provider,
            product_pattern,
            pattern,
            model,
            version_separator,
            model_vendor,
            model_family

    )

select *
from final
