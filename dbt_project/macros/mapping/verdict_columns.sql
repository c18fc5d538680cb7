{# What readers are shown of a verdict and its grounds, the same for all series: columns of
   int_series_judged (judged) and of int_anomaly_contributors (contributors). #}
{% macro verdict_columns() %}
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
    judged.moved_cost_usd,

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
{% endmacro %}
