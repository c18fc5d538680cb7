{# What a Monday, a Tuesday, ... of each customer at each provider costs, and how the
   weeks grow, seen from the last complete day and from the same weekday of the weeks
   before it. The earlier views are forecasts whose outcome is known: they give the range.

   A day of more than twice the median of its weekday counts as the median, so that one
   spike does not raise the whole next month. Days without cost count as 0. #}
{{ config(materialized="table") }}

{% set weeks = [1, 2, 3, 4] %}
{% set capped = ["capped_1", "capped_2", "capped_3", "capped_4"] %}
{% set costs = ["cost_1", "cost_2", "cost_3", "cost_4"] %}
{% set by_view = "partition by customer_id, cloud_provider, origin_date" %}

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

    as_of as (select * from {{ ref("int_as_of_date") }}),

    origins as (

        {% for week in range(var("forecast_past_weeks") + 1) %}
            select {{ add_days("as_of_date", -7 * week) }} as origin_date
            from as_of {{ "union all" if not loop.last }}
        {% endfor %}

    ),

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
            {{
                modulo(
                    dbt.datediff("cast('2001-01-01' as date)", "daily.date", "day"), 7
                )
            }} as weekday,
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

    complete as (

        select
            views.customer_id,
            views.cloud_provider,
            views.origin_date,
            views.weekday,
            views.history_days,
            {% for cost in costs %}
                coalesce(spread.{{ cost }}, 0.0) as {{ cost }}{{ "," if not loop.last }}
            {% endfor %}
        from views
        left join
            spread
            on views.customer_id = spread.customer_id
            and views.cloud_provider = spread.cloud_provider
            and views.origin_date = spread.origin_date
            and views.weekday = spread.weekday

    ),

    with_median as (

        select
            *,
            (
                cost_1
                + cost_2
                + cost_3
                + cost_4
                - {{ largest_of(costs) }}
                - {{ smallest_of(costs) }}
            )
            / 2.0 as median_cost
        from complete

    ),

    without_spikes as (

        select
            customer_id,
            cloud_provider,
            origin_date,
            weekday,
            history_days,
            {% for week in weeks %}
                case
                    when
                        history_days >= 28
                        and median_cost > 0
                        and cost_{{ week }} > 2 * median_cost
                    then median_cost
                    else cost_{{ week }}
                end as capped_{{ week }}{{ "," if not loop.last }}
            {% endfor %}
        from with_median

    ),

    weekly as (

        select
            *,
            {% for week in weeks %}
                sum(capped_{{ week }}) over ({{ by_view }}) as week_{{ week }},
            {% endfor %}
            case
                when history_days >= 28
                then {{ capped | join(" + ") }}
                when history_days >= 21
                then capped_1 + capped_2 + capped_3
                when history_days >= 14
                then capped_1 + capped_2
            end as weekday_cost
        from without_spikes

    ),

    levels as (

        select
            *,
            case
                when history_days >= 28
                then (week_1 + week_2 + week_3 + week_4) / 4.0
                when history_days >= 14
                then (week_1 + week_2) / 2.0
                when history_days >= 7
                then week_1
                else week_1 * 7.0 / history_days
            end as usual_week,
            -- Slope of a straight line through the four weeks.
            case
                when history_days >= 28
                then (3 * (week_1 - week_4) + week_2 - week_3) / 10.0
                else 0.0
            end as slope,
            sum(weekday_cost) over ({{ by_view }}) as all_weekdays_cost
        from weekly

    ),

    final as (

        select
            customer_id,
            cloud_provider,
            origin_date,
            weekday,
            history_days,
            usual_week,
            -- Damped, and never more than a tenth of a week per week.
            0.7 * case
                when usual_week <= 0
                then 0.0
                when slope > 0.1 * usual_week
                then 0.1 * usual_week
                when slope < -0.1 * usual_week
                then -0.1 * usual_week
                else slope
            end as weekly_growth,
            case
                when all_weekdays_cost > 0
                then weekday_cost / all_weekdays_cost
                else 1 / 7.0
            end as weekday_share
        from levels

    )

select *
from final
