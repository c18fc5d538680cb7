{# What each weekday of each customer at each provider cost in each of the four weeks before
   a view's day, the latest week being number 1. Days without cost count as 0.

   Of a late bill a view sees as many days less as the bill is late: days that are not billed
   yet are no days without cost. #}
{% set weeks = [1, 2, 3, 4] %}

with

    daily as (select * from {{ ref("int_usage_days") }}),

    origins as (select * from {{ ref("int_forecast_origins") }}),

    weekdays as (

        {% for weekday in range(7) %}
            select {{ weekday }} as weekday {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    series as (

        select customer_id, cloud_provider, days_late, min(date) as first_date
        from daily
        where cost != 0
        group by customer_id, cloud_provider, days_late

    ),

    seen as (

        select
            series.*,
            origins.origin_date,
            {{ add_days("origins.origin_date", "(-1 * series.days_late)") }}
            as seen_until
        from series
        cross join origins

    ),

    views as (

        select
            seen.customer_id,
            seen.cloud_provider,
            seen.days_late,
            seen.origin_date,
            seen.seen_until,
            weekdays.weekday,
            {{ dbt.datediff("seen.first_date", "seen.seen_until", "day") }}
            + 1 as history_days
        from seen
        cross join weekdays
        where seen.seen_until >= seen.first_date

    ),

    dated as (

        select
            daily.customer_id,
            daily.cloud_provider,
            daily.days_late,
            origins.origin_date,
            daily.cost,
            {{ weekday_number("daily.date") }} as weekday,
            {{ dbt.datediff("daily.date", "origins.origin_date", "day") }}
            - daily.days_late as days_before
        from daily
        inner join
            origins
            on daily.date <= origins.origin_date
            and daily.date
            > {{ add_days("origins.origin_date", "(-28 - daily.days_late)") }}

    ),

    -- The latest week is number 1.
    spread as (

        select
            customer_id,
            cloud_provider,
            days_late,
            origin_date,
            weekday,
            {% for week in weeks %}
                sum(
                    case
                        when
                            days_before >= {{ 7 * week - 7 }}
                            and days_before < {{ 7 * week }}
                        then cost
                        else 0.0
                    end
                ) as cost_{{ week }}{{ "," if not loop.last }}
            {% endfor %}
        from dated
        group by customer_id, cloud_provider, days_late, origin_date, weekday

    ),

    final as (

        select
            views.customer_id,
            views.cloud_provider,
            views.origin_date,
            views.seen_until,
            views.weekday,
            views.history_days,
            {% for week in weeks %}
                coalesce(spread.cost_{{ week }}, 0.0) as cost_{{ week }}
                {{- "," if not loop.last }}
            {% endfor %}
        from views
        left join
            spread
            on views.customer_id = spread.customer_id
            and views.cloud_provider = spread.cloud_provider
            and views.days_late = spread.days_late
            and views.origin_date = spread.origin_date
            and views.weekday = spread.weekday

    )

select *
from final
