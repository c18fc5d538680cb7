{# Each day of each series with its status. One row per series and day.

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
            scores.cost,
            bills.first_date,
            scores.history_days,
            scores.mean_7,
            scores.stddev_7,
            scores.expected,
            scores.forecast_error,
            scores.lowest_expected,
            scores.highest_expected,
            scores.error_scale,
            scores.highest_56,
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

    final as (

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

    )

select *
from final
