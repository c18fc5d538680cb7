with

    judged as (

        select * from {{ ref("int_series_judged") }} where scope_type != 'customer'

    ),

    contributors as (select * from {{ ref("int_anomaly_contributors") }}),

    final as (

        select
            -- ids
            judged.date,
            judged.scope_type,
            judged.scope_key,

            -- attributes
            judged.cloud_provider,
            judged.service,
            judged.model,

            {{ verdict_columns() }}
        from judged
        left join
            contributors
            on judged.date = contributors.date
            and judged.scope_type = contributors.scope_type
            and judged.scope_key = contributors.scope_key

    )

select *
from final
