{# Where a customer's usage at a provider has jumped, fallen or stopped: what each weekday
   costs from then on. A mean of four weeks and the cap on spikes would follow too late.

   Risen: on four of the newest seven days, and all but a weekend's two since the first of
   them, it cost more than twice the weekday's median, or in two weeks running more than
   twice the mean of the two before. Fewer days are as often a job that ran wild.
   Fallen: none of the newest seven days cost more than half its median.
   Days of the newest week from before a rise are raised like those since, no further than
   the costliest of them. #}
{% set by_view = "partition by customer_id, cloud_provider, origin_date, seen_until" %}

with

    weeks as (

        select
            *,
            cost_3 + cost_4 as older_cost,
            {{ median_of_four("cost_1", "cost_2", "cost_3", "cost_4") }} as median_cost,
            {{ modulo(weekday_number("seen_until") ~ " - weekday + 7", 7) }}
            as days_before
        from {{ ref("int_forecast_weeks") }}

    ),

    judged as (

        select
            *,
            case
                when history_days < 28 or cost_1 <= 0
                then null
                when
                    cost_1 > 2 * median_cost
                    or (cost_1 > older_cost and cost_2 > older_cost)
                then cost_1
            end as risen_cost,
            case
                when cost_1 = 0 or (history_days >= 28 and cost_1 <= median_cost / 2.0)
                then 1
            end as fallen_day
        from weeks

    ),

    views as (

        select
            *,
            count(fallen_day) over ({{ by_view }}) as fallen_days,
            count(risen_cost) over ({{ by_view }}) as risen_days,
            sum(risen_cost) over ({{ by_view }}) as risen_week,
            sum(cost_1) over ({{ by_view }}) as newest_week,
            max(case when risen_cost is not null then days_before end) over (
                {{ by_view }}
            ) as risen_before
        from judged

    ),

    dated as (

        select
            *,
            case
                when fallen_days = 7
                then 6
                -- Cents on days that used to be free are no new level.
                when
                    risen_days >= 4
                    and risen_before + 1 - risen_days <= 2
                    and 4 * risen_week >= newest_week
                then risen_before
            end as changed_before
        from views

    ),

    changed as (

        select
            *,
            case when days_before <= changed_before then cost_1 end as new_cost,
            case when days_before <= changed_before then median_cost end as old_cost
        from dated
        where changed_before is not null

    ),

    measured as (

        select
            *,
            avg(new_cost) over ({{ by_view }}) as mean_cost,
            max(new_cost) over ({{ by_view }}) as largest_cost,
            sum(new_cost) over ({{ by_view }})
            / nullif(sum(old_cost) over ({{ by_view }}), 0) as rise
        from changed

    )

select
    customer_id,
    cloud_provider,
    origin_date,
    seen_until,
    weekday,
    case
        when new_cost is not null
        then new_cost
        when rise < 1 or largest_cost < median_cost
        then median_cost
        when rise is null
        then mean_cost
        when median_cost * rise < largest_cost
        then median_cost * rise
        else largest_cost
    end as level_cost
from measured
