{# Each day of each series with its verdict: the users' own band (mean and two standard
   deviations of the 7 days before) beside the robust score that decides. #}
{{ config(materialized="table") }}

with

    series as (select * from {{ ref("int_series_daily") }}),

    scores as (select * from {{ ref("int_series_scores") }}),

    measured as (

        select
            series.scope_type,
            series.scope_key,
            series.cloud_provider,
            series.service,
            series.model,
            series.customer_id,
            series.date,
            series.cost_usd,
            scores.history_days,
            scores.mean_7,
            scores.stddev_7,
            scores.expected,
            scores.error_scale,
            scores.forecast_error,
            scores.forecast_error / nullif(scores.error_scale, 0) as robust_score,
            (scores.cost - scores.mean_7) / nullif(scores.stddev_7, 0) as z_score,
            scores.forecast_error / nullif(scores.expected, 0) as relative_error
        from series
        inner join
            scores
            on series.scope_type = scores.scope_type
            and series.scope_key = scores.scope_key
            and series.date = scores.date

    ),

    judged as (

        select
            *,
            case
                when
                    history_days < {{ var("anomaly_minimum_history_days") }}
                    or error_scale is null
                then 'Not enough history'
                when
                    abs(forecast_error) < {{ var("anomaly_minimum_change_usd") }}
                    or abs(forecast_error)
                    < {{ var("anomaly_minimum_change_percent") }} / 100.0 * expected
                then 'Normal'
                when robust_score >= {{ var("anomaly_threshold") }}
                then 'High'
                when robust_score <= -{{ var("anomaly_threshold") }}
                then 'Low'
                else 'Normal'
            end as status
        from measured

    ),

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
            {{ to_money("expected - " ~ var("anomaly_threshold") ~ " * error_scale") }}
            as expected_low_usd,
            {{ to_money("expected + " ~ var("anomaly_threshold") ~ " * error_scale") }}
            as expected_high_usd,
            robust_score,
            {{ to_money("forecast_error") }} as change_usd,
            100.0 * relative_error as change_percent,

            -- verdict
            status,
            case
                when status not in ('High', 'Low')
                then 'none'
                when abs(robust_score) >= {{ var("anomaly_critical_threshold") }}
                then 'critical'
                else 'warning'
            end as severity,
            {{ as_bool("status in ('High', 'Low')") }} as is_anomaly,

            -- training window
            {{ add_days("date", -28) }} as training_start_date,
            {{ add_days("date", -1) }} as training_end_date,
            case when history_days > 28 then 28 else history_days end as training_days
        from judged

    )

select *
from final
