{# Every price that a customer could pay in a month: its own first, where its bill has one,
   else the list. A context without a price of its own costs the standard one, a deployment
   scope without one that of another which keeps the tokens as near, and cache tokens of a
   model without a cache price are read and billed as input.

   A table: read several times over, and no engine can guess how large a view of it is. #}
{{ config(materialized="table") }}
{% set ids = ["month", "customer_id", "cloud_provider", "model", "pricing_tier"] %}

with

    prices as (select * from {{ ref("int_prices_offered") }}),

    stand_ins as ({{ price_stand_ins() }}),

    scope_stand_ins as ({{ price_scope_stand_ins() }}),

    scopes_used as (

        select month, customer_id, deployment_scope
        from prices
        where price_source = 'own bill'
        group by month, customer_id, deployment_scope

    ),

    ranked as (

        select
            {% for id in ids %} prices.{{ id }}, {% endfor %}
            stand_ins.token_type,
            stand_ins.context,
            scope_stand_ins.deployment_scope,
            prices.usd_per_million_tokens,
            prices.price_source,
            prices.catalogue_date,
            case
                when stand_ins.price_token_type != stand_ins.token_type then 1 else 0
            end as is_input_price,
            case
                when
                    scope_stand_ins.price_scope = scope_stand_ins.deployment_scope
                    and scope_stand_ins.deployment_scope != 'unspecified'
                then 1
                else 0
            end as is_scope_price,
            row_number() over (
                partition by
                    {% for id in ids %} prices.{{ id }}, {% endfor %}
                    stand_ins.token_type,
                    stand_ins.context,
                    scope_stand_ins.deployment_scope
                order by
                    stand_ins.distance + scope_stand_ins.distance + prices.preference
            ) as preference
        from prices
        inner join
            stand_ins
            on prices.token_type = stand_ins.price_token_type
            and prices.context = stand_ins.price_context
        inner join
            scope_stand_ins on prices.deployment_scope = scope_stand_ins.price_scope
        inner join
            scopes_used
            on prices.month = scopes_used.month
            and prices.customer_id = scopes_used.customer_id
            and scope_stand_ins.deployment_scope = scopes_used.deployment_scope

    ),

    final as (

        select
            {% for id in ids %} {{ id }}, {% endfor %}
            token_type,
            context,
            deployment_scope,
            usd_per_million_tokens,
            price_source,
            catalogue_date,
            is_input_price,
            is_scope_price
        from ranked
        where preference = 1

    )

select *
from final
