{# The attribution rules in the spelling in which they are compared, each with a name:
   its kind of evidence and, where it has one, its prefix. One row per rule. #}
with

    rules as (

        select
            cloud_provider,
            evidence,
            lower(coalesce(prefix, '')) as rule_prefix,
            cast(priority as {{ dbt.type_int() }}) as rule_priority,
            customer_attribution
        from {{ ref("attribution_rules") }}

    )

select
    -- ids
    cloud_provider,
    {{
        dbt.concat(
            [
                "evidence",
                "case when rule_prefix = '' then '' else ' ' end",
                "rule_prefix",
            ]
        )
    }} as attribution_rule,

    -- attributes
    evidence,
    rule_prefix,
    rule_priority,
    customer_attribution
from rules
