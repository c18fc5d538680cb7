{# The last day of a bill is complete when it was over at the time of the load and usage was
   seen until its last hour. Azure gives days, not hours: there it is enough that the day
   was over. Usage that is dated after its load, such as a mistyped date or a charge that
   is booked ahead, says nothing about how far a bill reaches and counts as of the load. #}
with

    loads as (

        select
            *,
            case
                when last_usage_at > loaded_at then loaded_at else last_usage_at
            end as seen_until
        from {{ ref("stg_ops__current_loads") }}
        where last_usage_at is not null

    ),

    judged as (

        select
            *,
            case
                when {{ utc_date("seen_until") }} >= {{ utc_date("loaded_at") }}
                then {{ add_days(utc_date("seen_until"), -1) }}
                when
                    source = 'azure_costs'
                    or cast(
                        {{ dbt.dateadd("hour", 1, "seen_until") }}
                        as {{ dbt.type_timestamp() }}
                    ) >= cast(
                        {{ add_days(utc_date("seen_until"), 1) }}
                        as {{ dbt.type_timestamp() }}
                    )
                then {{ utc_date("seen_until") }}
                else {{ add_days(utc_date("seen_until"), -1) }}
            end as complete_date
        from loads

    ),

    accounts as (

        select
            cloud_provider,
            source,
            billing_account_id,
            min(first_usage_at) as first_usage_at,
            max(seen_until) as seen_until,
            max(complete_date) as last_complete_date,
            max(loaded_at) as last_loaded_at,
            cast(count(distinct unit) as {{ dbt.type_bigint() }}) as units_loaded
        from judged
        group by cloud_provider, source, billing_account_id

    ),

    newest as (select max({{ utc_date("seen_until") }}) as newest_date from accounts),

    final as (

        select
            -- ids
            accounts.cloud_provider,
            accounts.source,
            accounts.billing_account_id,

            -- measures
            accounts.units_loaded,
            {{
                dbt.datediff(
                    utc_date("accounts.seen_until"), "newest.newest_date", "day"
                )
            }} as days_behind,

            -- times
            {{ utc_date("accounts.first_usage_at") }} as first_usage_date,
            {{ utc_date("accounts.seen_until") }} as last_usage_date,
            accounts.last_complete_date,
            accounts.last_loaded_at
        from accounts
        cross join newest

    )

select *
from final
