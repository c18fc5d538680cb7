{# Each day of each series with its verdict: the users' own band (mean and two standard
   deviations of the 7 days before) beside the robust score that decides.

   A day is an anomaly by itself, or, at a lower score, as the second one in a row on the
   same side: chance seldom strikes twice. #}
{{ config(materialized="table") }}

{% set threshold = var("anomaly_threshold") %}
{% set following_threshold = var("anomaly_following_threshold") %}
{% set minimum_share = var("anomaly_minimum_change_percent") ~ " / 100.0" %}

with

    series as (select * from {{ ref("int_series_daily") }}),

    scores as (select * from {{ ref("int_series_scores") }}),

    bills as (select min(date) as first_date from series),

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
            bills.first_date,
            scores.history_days,
            scores.mean_7,
            scores.stddev_7,
            scores.expected,
            scores.forecast_error,
            scores.lowest_expected,
            scores.highest_expected,
            scores.error_scale,
            scores.score,
            (scores.cost - scores.mean_7) / nullif(scores.stddev_7, 0) as z_score,
            scores.forecast_error / nullif(scores.expected, 0) as relative_error,
            case
                when scores.score > 0
                then scores.cost - scores.highest_expected
                when scores.score < 0
                then scores.lowest_expected - scores.cost
                else 0
            end as distance,
            case
                when scores.score > 0
                then scores.highest_expected
                else scores.lowest_expected
            end as nearest_expected,
            case
                when
                    scores.score >= {{ threshold }}
                    or (
                        scores.score >= {{ following_threshold }}
                        and scores.previous_score >= {{ following_threshold }}
                    )
                then 'High'
                when
                    scores.score <= -{{ threshold }}
                    or (
                        scores.score <= -{{ following_threshold }}
                        and scores.previous_score <= -{{ following_threshold }}
                    )
                then 'Low'
                else 'Normal'
            end as side
        from series
        inner join
            scores
            on series.scope_type = scores.scope_type
            and series.scope_key = scores.scope_key
            and series.date = scores.date
        cross join bills

    ),

    judged as (

        select
            *,
            case
                when
                    scope_type in ('model', 'customer')
                    and history_days < {{ var("anomaly_new_series_days") }}
                    and {{ dbt.datediff("first_date", "date", "day") }} > history_days
                then 'New'
                when
                    history_days < {{ var("anomaly_minimum_history_days") }}
                    or score is null
                then 'Not enough history'
                when
                    distance < {{ var("anomaly_minimum_change_usd") }}
                    or distance < {{ minimum_share }} * nearest_expected
                then 'Normal'
                else side
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
            {{ to_money("lowest_expected * exp(-" ~ threshold ~ " * error_scale)") }}
            as expected_low_usd,
            {{ to_money("highest_expected * exp(" ~ threshold ~ " * error_scale)") }}
            as expected_high_usd,
            score as robust_score,
            {{ to_money("forecast_error") }} as change_usd,
            100.0 * relative_error as change_percent,

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
        from judged

    )

select *
from final
