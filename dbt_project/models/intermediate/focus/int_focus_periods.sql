{# When a cost was charged and to which invoice's month it belongs, as FOCUS tells it. #}
with

    dated as (

        select
            unified_cost_id,
            cloud_provider,
            invoice_month,
            cast(date as {{ dbt.type_timestamp() }}) as charge_period_start,
            cast(
                {{ add_days("date", 1) }} as {{ dbt.type_timestamp() }}
            ) as charge_period_end,
            cast({{ dbt.concat(["invoice_month", "'-01'"]) }} as date) as billing_month
        from {{ ref("unified_costs") }}

    ),

    started as (

        select
            *,
            cast({{ dbt.dateadd("month", 1, "billing_month") }} as date) as next_month
        from dated

    ),

    final as (

        select
            unified_cost_id,
            invoice_month,
            charge_period_start,
            charge_period_end,
            {{ focus_month_start("cloud_provider", "billing_month") }}
            as billing_period_start,
            {{ focus_month_start("cloud_provider", "next_month") }}
            as billing_period_end
        from started

    )

select
    *,
    -- Its own period had its invoice before.
    case
        when charge_period_end <= billing_period_start then 'Correction'
    end as charge_class
from final
