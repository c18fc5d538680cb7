with

    judged as (

        select * from {{ ref("int_series_judged") }} where scope_type = 'customer'

    ),

    contributors as (

        select *
        from {{ ref("int_anomaly_contributors") }}
        where scope_type = 'customer'

    ),

    customers as (select * from {{ ref("dim_customers") }}),

    final as (

        select
            -- ids
            judged.date,
            judged.customer_id,

            -- attributes
            customers.customer_name,
            judged.severity as alert_level,

            {{ verdict_columns() }}
        from judged
        inner join customers on judged.customer_id = customers.customer_id
        left join
            contributors
            on judged.date = contributors.date
            and judged.scope_key = contributors.scope_key

    )

select *
from final
