{# What each weekday of each customer at each provider cost in each of the four weeks before
   a view's day, the latest week being number 1. Days without cost count as 0. #}
{% set weeks = [1, 2, 3, 4] %}

with

    daily as (

        select
            customer_id,
            cloud_provider,
            date,
            cast(sum(usage_cost_usd) as {{ type_double() }}) as cost
        from {{ ref("daily_costs") }}
        group by customer_id, cloud_provider, date

    ),

    origins as (select * from {{ ref("int_forecast_origins") }}),

    weekdays as (

        {% for weekday in range(7) %}
            select {{ weekday }} as weekday {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    series as (

        select customer_id, cloud_provider, min(date) as first_date
        from daily
        where cost != 0
        group by customer_id, cloud_provider

    ),

    views as (

        select
            series.customer_id,
            series.cloud_provider,
            origins.origin_date,
            weekdays.weekday,
            {{ dbt.datediff("series.first_date", "origins.origin_date", "day") }}
            + 1 as history_days
        from series
        inner join origins on origins.origin_date >= series.first_date
        cross join weekdays

    ),

    dated as (

        select
            daily.customer_id,
            daily.cloud_provider,
            origins.origin_date,
            daily.cost,
            {{ weekday_number("daily.date") }} as weekday,
            {{ dbt.datediff("daily.date", "origins.origin_date", "day") }}
            as days_before
        from daily
        inner join
            origins
            on daily.date <= origins.origin_date
            and daily.date > {{ add_days("origins.origin_date", -28) }}

    ),

    -- The latest week is number 1.
    spread as (

        select
            customer_id,
            cloud_provider,
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
        group by customer_id, cloud_provider, origin_date, weekday

    ),

    final as (

        select
            views.customer_id,
            views.cloud_provider,
            views.origin_date,
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
            and views.origin_date = spread.origin_date
            and views.weekday = spread.weekday

    )

select *
from final
