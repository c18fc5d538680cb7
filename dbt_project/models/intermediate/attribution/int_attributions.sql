{# The customer that each distinct set of evidence points to: of the rules that resolve
   it, the one with the lowest priority number. One row per evidence key that any rule
   resolves. Accounts and projects are looked up in a map, all else holds a name; a
   resource group may do both, and then the map, which somebody wrote down, goes first.

   A customer called 'n/a' or 'unattributed' is none: the next rule is tried. Team,
   environment and feature are sought in the same order, each for itself: a tag that names
   the customer does not hide the team that the resource group names. #}
{{ config(materialized="table") }}

{% set attributes = tagged_attributes() %}
{% set strongest_first %}
    rule_priority asc,
    is_mapped desc,
    {{ in_byte_order("attribution_rule") }} desc,
    {{ in_byte_order("coalesce(customer_id, '')") }} asc
{% endset %}

with

    names as (select * from {{ ref("int_attribution_names") }}),

    matches as (select * from {{ ref("int_attribution_matches") }}),

    account_map as (select * from {{ ref("account_map") }}),

    candidates as (

        select
            evidence_key,
            attribution_rule,
            rule_priority,
            0 as is_mapped,
            customer_attribution,
            customer_id,
            team,
            environment,
            -- No name holds one.
            cast(null as {{ type_text() }}) as feature
        from names

        union all

        -- Only what the map names is evidence.
        select
            matches.evidence_key,
            matches.attribution_rule,
            matches.rule_priority,
            1 as is_mapped,
            matches.customer_attribution,
            lower(account_map.customer_id) as customer_id,
            account_map.team,
            account_map.environment,
            account_map.feature
        from matches
        inner join
            account_map
            on matches.cloud_provider = account_map.cloud_provider
            and matches.evidence = account_map.account_kind
            and matches.evidence_value = lower(account_map.account)

    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by evidence_key order by {{ strongest_first }}
            ) as preference
        from candidates
        -- A row of the map without a customer, too, leaves it to the next one.
        where customer_id not in ({{ void_tag_values() }})

    ),

    {% for attribute in attributes %}
        {{ attribute }}s as (

            select
                evidence_key,
                {{ attribute }},
                row_number() over (
                    partition by evidence_key order by {{ strongest_first }}
                ) as preference
            from candidates
            where {{ attribute }} is not null and {{ attribute }} != ''

        ),
    {% endfor %}

    final as (

        select
            -- ids
            ranked.evidence_key,

            -- attributes
            ranked.customer_attribution,
            ranked.customer_id,
            {% for attribute in attributes %}
                {{ attribute }}s.{{ attribute }},
            {% endfor %}

            -- the rule that said so
            ranked.attribution_rule,
            ranked.rule_priority
        from ranked
        {% for attribute in attributes %}
            left join
                {{ attribute }}s
                on ranked.evidence_key = {{ attribute }}s.evidence_key
                and {{ attribute }}s.preference = 1
        {% endfor %}
        where ranked.preference = 1

    )

select *
from final
