{# The four weeks before each view without spikes, beside the new level where there is one.

   A day of more than twice the median of its weekday counts as the median, so that one
   spike does not raise the whole next month. #}
{% set weeks = [1, 2, 3, 4] %}

with

    weeks as (select * from {{ ref("int_forecast_weeks") }}),

    with_median as (

        select
            weeks.*,
            {{ median_of_four("cost_1", "cost_2", "cost_3", "cost_4") }} as median_cost
        from weeks

    ),

    new_levels as (select * from {{ ref("int_forecast_levels") }}),

    final as (

        select
            with_median.customer_id,
            with_median.cloud_provider,
            with_median.origin_date,
            with_median.seen_until,
            with_median.weekday,
            with_median.history_days,
            new_levels.level_cost,
            {% for week in weeks %}
                case
                    when
                        with_median.history_days >= 28
                        and with_median.median_cost > 0
                        and with_median.cost_{{ week }} > 2 * with_median.median_cost
                    then with_median.median_cost
                    else with_median.cost_{{ week }}
                end as capped_{{ week }}{{ "," if not loop.last }}
            {% endfor %}
        from with_median
        left join
            new_levels
            on with_median.customer_id = new_levels.customer_id
            and with_median.cloud_provider = new_levels.cloud_provider
            and with_median.origin_date = new_levels.origin_date
            and with_median.seen_until = new_levels.seen_until
            and with_median.weekday = new_levels.weekday

    )

select *
from final
