{# The customer, team and environment that a tag or a name holds.

   A name such as rg-customer-umbrella-health-search-prod holds an id that may itself
   contain the separator: known customers are tried first, the longest that fits; what is
   unknown ends at the first separator. A tag or a label is the customer as it stands. #}
{% set kept = ["evidence_key", "attribution_rule", "rule_priority", "evidence"] %}

with

    matches as (
        select *
        from {{ ref("int_attribution_matches") }}
        where evidence not in ('account', 'project') and remainder != ''
    ),

    known_customers as (select * from {{ ref("int_known_customers") }}),

    fitted as (

        select
            {% for column in kept %} matches.{{ column }}, {% endfor %}
            matches.customer_attribution,
            matches.remainder,
            known_customers.customer_id,
            row_number() over (
                partition by matches.evidence_key, matches.attribution_rule
                order by
                    case when known_customers.customer_id is null then 1 else 0 end,
                    {{ dbt.length("known_customers.customer_id") }} desc,
                    {{ in_byte_order("known_customers.customer_id") }} asc
            ) as fit
        from matches
        left join
            known_customers
            on matches.remainder = known_customers.customer_id
            or (
                matches.evidence not in ('resource_tag', 'project_label')
                and substring(
                    matches.remainder,
                    1,
                    {{ dbt.length("known_customers.customer_id") }} + 1
                )
                = {{ dbt.concat(["known_customers.customer_id", "'-'"]) }}
            )

    ),

    named as (

        select
            {% for column in kept %} {{ column }}, {% endfor %}
            customer_attribution,
            remainder,
            case
                when customer_id is not null
                then customer_id
                when evidence in ('resource_tag', 'project_label')
                then remainder
                else {{ text_before("-", "remainder") }}
            end as customer_id
        from fitted
        where fit = 1

    ),

    -- A resource group goes on after the customer: <team>-<environment>.
    with_suffix as (

        select
            *,
            case
                when evidence = 'resource_group'
                then substring(remainder, {{ dbt.length("customer_id") }} + 2, 2000)
            end as suffix
        from named

    ),

    final as (

        select
            {% for column in kept %} {{ column }}, {% endfor %}
            customer_attribution,
            customer_id,
            nullif({{ text_before("-", "suffix") }}, '') as team,
            nullif({{ text_before("-", text_after("-", "suffix")) }}, '') as environment
        from with_suffix

    )

select *
from final
