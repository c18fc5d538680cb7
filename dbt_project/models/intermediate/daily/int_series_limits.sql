{# The range in which the cost of a day is usual: what is expected, widened by as many usual
   errors as an anomaly takes, and by the change that is worth telling. Status and dashboards
   read the same two amounts. One row per series and day.

   The amounts are those at which the logarithm of `log_ratio` reaches the threshold, so its
   ballast and its cut stand here as well: where the cut is nearer than the threshold,
   nothing is too low. A cost of 0 or more needs no lower limit below 0. Errors never excuse
   three times what is explained if that is more than any day of eight weeks, unless they
   are so large that it means nothing. #}
{% set minimum_change = var("anomaly_minimum_change_usd") %}
{% set minimum_share = var("anomaly_minimum_change_percent") ~ " / 100.0" %}

with

    scores as (

        select
            *,
            0.05 * coalesce(mean_7, 0) as ballast,
            {{ errors_taken("<= -") }} as errors_below,
            {{ errors_taken(">= ") }} as errors_above
        from {{ ref("int_series_scores") }}

    ),

    reaches as (

        select
            *,
            -- Beyond, no amount would be unusual, and none could be written as money.
            {{ smallest_of(["errors_above * error_scale", "20.0"]) }} as reach_above,
            case
                when
                    errors_below * error_scale <= -1.0 * {{ natural_logarithm("0.02") }}
                then errors_below * error_scale
            end as reach_below
        from scores

    ),

    limits as (

        select
            *,
            (lowest_expected + ballast) * exp(-1.0 * reach_below)
            - ballast as lowest_by_errors,
            (highest_expected + ballast) * exp(reach_above)
            - ballast as highest_by_errors,
            case
                when history_days >= 28 and highest_56 + ballast > 0
                then (highest_56 + ballast) * exp(0.25 * errors_above) - ballast
            end as highest_by_history,
            case
                when history_days < 28 or error_scale > 0.55
                then null
                when highest_56 > 3 * highest_expected
                then highest_56
                else 3 * highest_expected
            end as highest_by_triple
        from reaches

    ),

    widened as (

        select
            *,
            {{
                smallest_of(
                    [
                        "lowest_by_errors",
                        "(lowest_expected - " ~ minimum_change ~ ")",
                        "(lowest_expected * (1 - " ~ minimum_share ~ "))",
                    ]
                )
            }} as lowest_usual,
            {{
                largest_of(
                    [
                        smallest_of(
                            [
                                "highest_by_errors",
                                "coalesce(highest_by_history, highest_by_errors)",
                                "coalesce(highest_by_triple, highest_by_errors)",
                            ]
                        ),
                        "(highest_expected + " ~ minimum_change ~ ")",
                        "(highest_expected * (1 + " ~ minimum_share ~ "))",
                    ]
                )
            }} as highest_usual
        from limits

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
            lowest_expected,
            highest_expected,
            error_scale,
            score,
            cast(
                case
                    when lowest_usual > 0 or cost < 0
                    then {{ to_money("lowest_usual") }}
                    when lowest_expected is not null
                    then cast(0 as {{ type_money() }})
                end as {{ type_money() }}
            ) as expected_low_usd,
            {{ to_money("highest_usual") }} as expected_high_usd
        from widened

    )

select *
from final
