{# Each day of each series with its status: an anomaly is what lies outside of the range
   that is shown with it. A series that came back after a month of nothing is as young as its
   return. One row per series and day. #}
{{ config(materialized="table") }}

with

    series as (select * from {{ ref("int_series_daily") }}),

    -- A level is no use where a series rests: what explains a day is then what it
    -- should have cost, and the change is from there.
    limits as (

        select
            *,
            case
                when expected < lowest_expected
                then lowest_expected
                when expected > highest_expected
                then highest_expected
                else expected
            end as expected_in_range
        from {{ ref("int_series_limits") }}

    ),

    returns as (select * from {{ ref("int_series_returns") }}),

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
            limits.cost,
            bills.first_date,
            limits.history_days,
            case
                when returns.days_since_return < limits.history_days
                then returns.days_since_return
                else limits.history_days
            end as age_days,
            limits.mean_7,
            limits.stddev_7,
            limits.expected_in_range as expected,
            limits.cost - limits.expected_in_range as forecast_error,
            limits.lowest_expected,
            limits.highest_expected,
            limits.error_scale,
            limits.expected_low_usd,
            limits.expected_high_usd,
            limits.score,
            (limits.cost - limits.mean_7) / nullif(limits.stddev_7, 0) as z_score,
            (limits.cost - limits.expected_in_range)
            / nullif(limits.expected_in_range, 0) as relative_error,
            case
                when limits.score > 0
                then limits.cost - limits.highest_expected
                when limits.score < 0
                then limits.lowest_expected - limits.cost
                else 0
            end as distance
        from series
        inner join
            limits
            on series.scope_type = limits.scope_type
            and series.scope_key = limits.scope_key
            and series.date = limits.date
        left join
            returns
            on series.scope_type = returns.scope_type
            and series.scope_key = returns.scope_key
            and series.date = returns.date
        cross join bills

    ),

    final as (

        select
            *,
            case
                when
                    scope_type in ('model', 'customer')
                    and age_days < {{ var("anomaly_new_series_days") }}
                    and {{ dbt.datediff("first_date", "date", "day") }} > age_days
                then 'New'
                when
                    age_days < {{ var("anomaly_minimum_history_days") }}
                    or score is null
                then 'Not enough history'
                when cost_usd > expected_high_usd
                then 'High'
                when cost_usd < expected_low_usd
                then 'Low'
                else 'Normal'
            end as status
        from measured

    )

select *
from final
