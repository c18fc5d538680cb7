{# Which attribution rules each piece of evidence fits, and what stands in it behind the
   rule's prefix. One row per evidence key and rule. #}
with

    evidence as (select * from {{ ref("int_attribution_evidence") }}),

    rules as (select * from {{ ref("int_attribution_rules") }}),

    final as (

        select
            -- ids
            evidence.evidence_key,
            rules.attribution_rule,

            -- attributes
            evidence.cloud_provider,
            evidence.evidence,
            evidence.evidence_value,
            rules.rule_priority,
            rules.customer_attribution,
            substring(
                evidence.evidence_value, {{ dbt.length("rules.rule_prefix") }} + 1, 2000
            ) as remainder
        from evidence
        inner join
            rules
            on evidence.cloud_provider = rules.cloud_provider
            and evidence.evidence = rules.evidence
            -- Compared, not matched by LIKE: an underscore in a name is no wildcard.
            and substring(
                evidence.evidence_value, 1, {{ dbt.length("rules.rule_prefix") }}
            )
            = rules.rule_prefix

    )

select *
from final
