{# Each day of each series with its verdict, as readers see it: the users' own band (mean
   and two standard deviations of the 7 days before) beside the robust score that decides.
   One row per series and day. #}
{{ config(materialized="table") }}

with

    verdicts as (select * from {{ ref("int_series_explained") }}),

    final as (

        select
            -- ids
            date,
            scope_type,
            scope_key,
            cloud_provider,
            service,
            model,
            customer_id,

            -- measures: the users' band
            cost_usd,
            {{ to_money("mean_7") }} as previous_7_day_mean_usd,
            {{ to_money("stddev_7") }} as previous_7_day_stddev_usd,
            {{ to_money("mean_7 - 2 * stddev_7") }} as lower_band_usd,
            {{ to_money("mean_7 + 2 * stddev_7") }} as upper_band_usd,
            z_score,

            -- measures: the verdict's grounds
            {{ to_money("expected") }} as expected_cost_usd,
            expected_low_usd,
            expected_high_usd,
            score as robust_score,
            {{ to_money("forecast_error") }} as change_usd,
            100.0 * relative_error as change_percent,
            {{ to_money("moved") }} as moved_cost_usd,

            -- verdict
            status,
            case
                when status not in ('High', 'Low')
                then 'none'
                when abs(score) >= {{ var("anomaly_critical_threshold") }}
                then 'critical'
                else 'warning'
            end as severity,
            {{ as_bool("status in ('High', 'Low')") }} as is_anomaly,
            {{ as_bool("status = 'Low'") }} as is_possible_data_gap,

            -- training window
            {{ add_days("date", -56) }} as training_start_date,
            {{ add_days("date", -1) }} as training_end_date,
            case when history_days > 56 then 56 else history_days end as training_days
        from verdicts

    )

select *
from final
