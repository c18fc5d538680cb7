{# The list price that held in each month, the newest one by its end, in the words of the
   bills: a price that the catalogue gives for any region has no scope of its own. #}
with

    prices as (select * from {{ ref("model_prices") }}),

    months as (select month from {{ ref("int_text_usage_priced") }} group by month),

    held as (

        select
            months.month,
            prices.cloud_provider,
            prices.model,
            prices.region_scope,
            prices.token_type,
            prices.pricing_tier,
            prices.context,
            prices.usd_per_million_tokens,
            prices.catalogue_date,
            row_number() over (
                partition by
                    months.month,
                    prices.cloud_provider,
                    prices.model,
                    prices.region_scope,
                    prices.token_type,
                    prices.pricing_tier,
                    prices.context
                order by
                    coalesce(prices.valid_from, cast('1900-01-01' as date)) desc,
                    prices.catalogue_date desc
            ) as newest
        from prices
        inner join
            months
            on prices.valid_from is null
            or prices.valid_from
            < {{ first_day_of_month(dbt.dateadd("month", 1, "months.month")) }}

    ),

    final as (

        select
            month,
            cloud_provider,
            model,
            token_type,
            pricing_tier,
            context,
            case
                when region_scope = 'any' then 'unspecified' else region_scope
            end as deployment_scope,
            cast(
                usd_per_million_tokens as {{ type_double() }}
            ) as usd_per_million_tokens,
            catalogue_date
        from held
        where newest = 1

    )

select *
from final
