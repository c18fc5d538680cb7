{# Every price that a customer could pay in a month: its own first, where its bill has one,
   else the list. A context without a price of its own costs the standard one, and cache
   tokens of a model without a cache price are read and billed as input. #}
{% set ids = ["month", "customer_id", "cloud_provider", "model", "pricing_tier"] %}

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
            usd_per_million_tokens,
            1 as preference,
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
            prices.usd_per_million_tokens,
            2 as preference,
            'list' as price_source,
            prices.catalogue_date
        from {{ ref("int_monthly_list_prices") }} as prices
        inner join customers on prices.month = customers.month

    ),

    prices as (

        select *
        from own_prices

        union all

        select *
        from list_prices

    ),

    stand_ins as ({{ price_stand_ins() }}),

    ranked as (

        select
            {% for id in ids %} prices.{{ id }}, {% endfor %}
            stand_ins.token_type,
            stand_ins.context,
            prices.usd_per_million_tokens,
            prices.price_source,
            prices.catalogue_date,
            case
                when stand_ins.price_token_type != stand_ins.token_type then 1 else 0
            end as is_input_price,
            row_number() over (
                partition by
                    {% for id in ids %} prices.{{ id }}, {% endfor %}
                    stand_ins.token_type,
                    stand_ins.context
                order by stand_ins.distance + prices.preference
            ) as preference
        from prices
        inner join
            stand_ins
            on prices.token_type = stand_ins.price_token_type
            and prices.context = stand_ins.price_context

    ),

    final as (

        select
            {% for id in ids %} {{ id }}, {% endfor %}
            token_type,
            context,
            usd_per_million_tokens,
            price_source,
            catalogue_date,
            is_input_price
        from ranked
        where preference = 1

    )

select *
from final
