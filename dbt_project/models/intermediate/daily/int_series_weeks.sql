{# The week before each day of a series, the day itself left out: its mean, how far its days
   are apart, and its level without its highest and its lowest day. One row per series and
   day. #}
{% set series_days = "partition by scope_type, scope_key order by date" %}
{% set week_before = series_days ~ " rows between 7 preceding and 1 preceding" %}

with

    series as (

        select
            scope_type,
            scope_key,
            date,
            weekday,
            history_days,
            case when weekday >= 5 then 1 else 0 end as is_weekend,
            cast(cost_usd as {{ type_double() }}) as cost
        from {{ ref("int_series_daily") }}

    ),

    final as (

        select
            *,
            avg(cost) over ({{ week_before }}) as mean_7,
            -- Of equal costs it is 0; some engines leave a rounding error.
            case
                when
                    count(cost) over ({{ week_before }}) > 1
                    and max(cost) over ({{ week_before }})
                    = min(cost) over ({{ week_before }})
                then 0
                else {{ standard_deviation("cost") }} over ({{ week_before }})
            end as stddev_7,
            case
                when history_days >= 7 then {{ trimmed_mean("cost", week_before) }}
            end as trimmed_mean_7
        from series

    )

select *
from final
