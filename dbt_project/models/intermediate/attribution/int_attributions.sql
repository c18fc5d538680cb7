{# The customer that each distinct set of evidence points to, by the attribution rules in
   order of priority. One row per evidence key that any rule resolves.

   A name such as rg-customer-umbrella-health-search-prod holds an id that may itself
   contain the separator: known customers are tried first, the longest that fits; what is
   unknown ends at the first separator. Accounts and projects are looked up in a map. #}
{{ config(materialized="table") }}

with

    evidence as (select * from {{ ref("int_attribution_evidence") }}),

    rules as (

        select
            cast(priority as {{ dbt.type_int() }}) as priority,
            cloud_provider,
            evidence,
            coalesce(prefix, '') as prefix,
            customer_attribution
        from {{ ref("attribution_rules") }}

    ),

    known_customers as (select * from {{ ref("int_known_customers") }}),

    account_map as (select * from {{ ref("account_map") }}),

    applicable as (

        select
            evidence.evidence_key,
            evidence.cloud_provider,
            evidence.evidence,
            evidence.evidence_value,
            rules.priority,
            rules.customer_attribution,
            substring(
                evidence.evidence_value, {{ dbt.length("rules.prefix") }} + 1, 2000
            ) as remainder
        from evidence
        inner join
            rules
            on evidence.cloud_provider = rules.cloud_provider
            and evidence.evidence = rules.evidence
            -- Compared, not matched by LIKE: an underscore in a name is no wildcard.
            and substring(evidence.evidence_value, 1, {{ dbt.length("rules.prefix") }})
            = lower(rules.prefix)

    ),

    -- Accounts and projects: only what the map names is evidence.
    mapped as (

        select
            applicable.evidence_key,
            applicable.priority,
            applicable.customer_attribution,
            lower(account_map.customer_id) as customer_id,
            account_map.team,
            account_map.environment
        from applicable
        inner join
            account_map
            on applicable.cloud_provider = account_map.cloud_provider
            and applicable.evidence = account_map.account_kind
            and applicable.evidence_value = lower(account_map.account)

    ),

    -- Names with a customer in them: the longest known customer that fits.
    known as (

        select
            applicable.evidence_key,
            applicable.evidence,
            applicable.priority,
            applicable.customer_attribution,
            applicable.remainder,
            known_customers.customer_id,
            row_number() over (
                partition by applicable.evidence_key, applicable.evidence
                order by
                    case when known_customers.customer_id is null then 1 else 0 end,
                    {{ dbt.length("known_customers.customer_id") }} desc
            ) as fit
        from applicable
        left join
            known_customers
            on applicable.remainder = known_customers.customer_id
            or (
                applicable.evidence not in ('resource_tag', 'project_label')
                and substring(
                    applicable.remainder,
                    1,
                    {{ dbt.length("known_customers.customer_id") }} + 1
                )
                = {{ dbt.concat(["known_customers.customer_id", "'-'"]) }}
            )
        where
            applicable.evidence not in ('account', 'project')
            and applicable.remainder != ''

    ),

    named as (

        select
            evidence_key,
            evidence,
            priority,
            customer_attribution,
            case
                when customer_id is not null
                then customer_id
                when evidence in ('resource_tag', 'project_label')
                then remainder
                else {{ text_before("-", "remainder") }}
            end as customer_id,
            remainder
        from known
        where fit = 1

    ),

    -- A resource group goes on after the customer: <team>-<environment>.
    named_with_suffix as (

        select
            evidence_key,
            evidence,
            priority,
            customer_attribution,
            customer_id,
            case
                when evidence = 'resource_group'
                then substring(remainder, {{ dbt.length("customer_id") }} + 2, 2000)
            end as suffix
        from named

    ),

    candidates as (

        select
            evidence_key,
            priority,
            customer_attribution,
            customer_id,
            nullif({{ text_before("-", "suffix") }}, '') as team,
            nullif({{ text_before("-", text_after("-", "suffix")) }}, '') as environment
        from named_with_suffix

        union all

        select
            evidence_key, priority, customer_attribution, customer_id, team, environment
        from mapped

    ),

    ranked as (

        select
            evidence_key,
            customer_attribution,
            customer_id,
            team,
            environment,
            row_number() over (
                partition by evidence_key order by priority, customer_id
            ) as preference
        from candidates

    )

select evidence_key, customer_attribution, customer_id, team, environment
from ranked
where preference = 1
