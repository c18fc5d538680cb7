{# The series without gaps: from the first day with cost to the last complete day of the
   bills, days without cost included as 0. One row per series and day. #}
{{ config(materialized="table") }}

with

    observed as (select * from {{ ref("int_series_costs") }}),

    last_complete_days as (select * from {{ ref("int_last_complete_days") }}),

    dates as (select date, weekday from {{ ref("int_dates") }}),

    series as (

        select
            scope_type,
            scope_key,
            cloud_provider,
            service,
            model,
            customer_id,
            min(date) as first_date
        from observed
        where cost_usd != 0
        group by scope_type, scope_key, cloud_provider, service, model, customer_id

    ),

    final as (

        select
            series.scope_type,
            series.scope_key,
            series.cloud_provider,
            series.service,
            series.model,
            series.customer_id,
            dates.date,
            dates.weekday,
            coalesce(observed.cost_usd, cast(0 as {{ type_money() }})) as cost_usd,
            row_number() over (
                partition by series.scope_type, series.scope_key order by dates.date
            )
            - 1 as history_days
        from series
        inner join
            last_complete_days
            on series.cloud_provider = last_complete_days.cloud_provider
        inner join
            dates
            on series.first_date <= dates.date
            and last_complete_days.last_date >= dates.date
        left join
            observed
            on series.scope_type = observed.scope_type
            and series.scope_key = observed.scope_key
            and dates.date = observed.date

    )

select *
from final
