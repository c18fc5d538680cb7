{# Every price that stands for a customer in a month, before any stands in for another: what
   its own bill says it pays, and the list of the month. A list price counts as farther away
   than any of the own bill: 4 is more than all scopes that may stand in for one. #}
with

    own_prices as (

        select
            month,
            customer_id,
            cloud_provider,
            model,
            token_type,
            pricing_tier,
            context,
            deployment_scope,
            usd_per_million_tokens,
            0 as preference,
            'own bill' as price_source,
            cast(null as date) as catalogue_date
        from {{ ref("int_text_usage_priced") }}

    ),

    customers as (
        select month, customer_id from own_prices group by month, customer_id
    ),

    list_prices as (

        select
            customers.month,
            customers.customer_id,
            prices.cloud_provider,
            prices.model,
            prices.token_type,
            prices.pricing_tier,
            prices.context,
            prices.deployment_scope,
            prices.usd_per_million_tokens,
            4 as preference,
            'list' as price_source,
            prices.catalogue_date
        from {{ ref("int_monthly_list_prices") }} as prices
        inner join customers on prices.month = customers.month

    ),

    final as (

        select *
        from own_prices

        union all

        select *
        from list_prices

    )

select *
from final
