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

            -- measures
            judged.cost_usd,
            judged.previous_7_day_mean_usd,
            judged.previous_7_day_stddev_usd,
            judged.lower_band_usd,
            judged.upper_band_usd,
            judged.z_score,
            judged.expected_cost_usd,
            judged.expected_low_usd,
            judged.expected_high_usd,
            judged.robust_score,
            judged.change_usd,
            judged.change_percent,

            -- verdict
            judged.status,
            judged.severity,
            judged.is_anomaly,
            judged.is_possible_data_gap,

            -- explanation
            judged.training_start_date,
            judged.training_end_date,
            judged.training_days,
            contributors.top_contributor_type,
            contributors.top_contributor,
            contributors.top_contributor_change_usd
        from judged
        left join
            contributors
            on judged.date = contributors.date
            and judged.scope_type = contributors.scope_type
            and judged.scope_key = contributors.scope_key

    )

select *
from final
