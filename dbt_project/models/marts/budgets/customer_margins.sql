{# What is left of what a customer pays. Apart from the other marts of customers, so that
   no customer's own reader is ever given it. #}
with

    months as (
        select * from {{ ref("budget_status") }} where budget_scope = 'customer'
    ),

    settings as (

        select lower(customer_id) as customer_id, monthly_revenue_usd
        from {{ ref("customer_settings") }}
        where monthly_revenue_usd is not null

    ),

    final as (

        select
            -- ids
            months.month,
            months.customer_id,

            -- attributes
            months.customer_name,

            -- measures
            cast(
                settings.monthly_revenue_usd as {{ type_money() }}
            ) as monthly_revenue_usd,
            months.cost_usd,
            months.forecast_month_end_usd,
            cast(
                settings.monthly_revenue_usd
                - months.forecast_month_end_usd as {{ type_money() }}
            ) as margin_usd,
            {{
                ratio(
                    "settings.monthly_revenue_usd - months.forecast_month_end_usd",
                    "settings.monthly_revenue_usd",
                )
            }} as margin_share,

            -- flags
            months.is_current_month,

            -- times
            months.as_of_date
        from months
        inner join settings on months.customer_id = settings.customer_id

    )

select *
from final
