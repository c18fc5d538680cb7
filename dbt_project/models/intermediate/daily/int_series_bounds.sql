{# The ranges, with room below for a holiday and none above for a leak. One row per series
   and day.

   A workday may once be as quiet as the days of the weekend are; the second one in a row
   is told. A series that is creeping up, of which no day was told in two weeks, is held
   against what it cost before. Weeks have smaller errors than days, so fewer of them
   excuse it. #}
{{ config(materialized="table") }}
{% set by_series = "partition by scope_type, scope_key order by date" %}
{% set weekends_before = by_series ~ " rows between 28 preceding and 1 preceding" %}
{% set fortnight_before = by_series ~ " rows between 14 preceding and 1 preceding" %}
{% set beyond = var("anomaly_following_threshold") %}
{% set enough = "(1 + " ~ var("anomaly_minimum_change_percent") ~ " / 100.0)" %}

with

    ranges as (

        select *, {{ weekday_number("date") }} as weekday
        from {{ ref("int_series_ranges") }}

    ),

    trends as (select * from {{ ref("int_series_trends") }}),

    scored as (

        select
            *,
            {{ distance_in_errors("cost", "lowest_expected", "highest_expected") }}
            as first_score,
            {{ trimmed_mean("case when weekday >= 5 then cost end", weekends_before) }}
            as weekend_cost
        from ranges

    ),

    followed as (

        select
            scored.*,
            scored.weekend_cost * exp(1.2 * scored.error_scale) as holiday_cost,
            lag(scored.first_score) over ({{ by_series }}) as previous_score,
            sum(
                case
                    when
                        scored.first_score >= {{ beyond }}
                        and scored.cost > {{ enough }} * scored.highest_expected
                    then 1
                    else 0
                end
            ) over ({{ fortnight_before }}) as days_told
        from scored

    ),

    excused as (

        select
            followed.*,
            trends.former_cost,
            case
                when
                    followed.judged_by = 'level'
                    and followed.weekday < 5
                    and coalesce(followed.previous_score, 0) > -{{ beyond }}
                    -- Next to nothing is a gap, whatever the weekends cost.
                    and followed.weekend_cost >= 0.1 * followed.lowest_expected
                    and followed.holiday_cost < followed.lowest_expected
                    -- Halfway to the weekend is a drop.
                    and followed.cost
                    < followed.weekend_cost * exp({{ beyond }} * followed.error_scale)
                then 1
                else 0
            end as may_be_holiday,
            case
                when
                    followed.judged_by != 'highest day'
                    and trends.is_creeping = 1
                    and coalesce(followed.days_told, 0) = 0
                then 1
                else 0
            end as is_leaking
        from followed
        inner join
            trends
            on followed.scope_type = trends.scope_type
            and followed.scope_key = trends.scope_key
            and followed.date = trends.date

    ),

    final as (

        select
            scope_type,
            scope_key,
            date,
            history_days,
            cost,
            mean_7,
            stddev_7,
            expected,
            forecast_error,
            newest_cost,
            highest_56,
            case
                when may_be_holiday = 1 then holiday_cost else lowest_expected
            end as lowest_expected,
            case
                when is_leaking = 0
                then highest_expected
                when former_cost > lowest_expected
                then former_cost
                else lowest_expected
            end as highest_expected,
            case
                when is_leaking = 1 and error_scale > 0.1
                then {{ largest_of(["0.6 * error_scale", "0.1"]) }}
                else error_scale
            end as error_scale
        from excused

    )

select *
from final
