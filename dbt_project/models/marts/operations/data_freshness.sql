{# The last day of a bill is complete when usage was seen until its last hour. Azure gives
   days, not hours: there a day counts as complete when it was over at the time of the
   load. FOCUS files give either: there a day has to be over and seen to its end. #}
with

    loads as (select * from {{ ref("stg_ops__current_loads") }}),

    accounts as (

        select
            cloud_provider,
            source,
            billing_account_id,
            min(first_usage_at) as first_usage_at,
            max(last_usage_at) as last_usage_at,
            max(loaded_at) as last_loaded_at,
            cast(count(distinct unit) as {{ dbt.type_bigint() }}) as units_loaded
        from loads
        where last_usage_at is not null
        group by cloud_provider, source, billing_account_id

    ),

    newest as (

        select max({{ utc_date("last_usage_at") }}) as newest_date from accounts

    ),

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
                    utc_date("accounts.last_usage_at"), "newest.newest_date", "day"
                )
            }} as days_behind,

            -- times
            {{ utc_date("accounts.first_usage_at") }} as first_usage_date,
            {{ utc_date("accounts.last_usage_at") }} as last_usage_date,
            case
                when
                    accounts.source = 'azure_costs'
                    and {{ utc_date("accounts.last_usage_at") }}
                    < {{ utc_date("accounts.last_loaded_at") }}
                then {{ utc_date("accounts.last_usage_at") }}
                when accounts.source = 'azure_costs'
                then {{ add_days(utc_date("accounts.last_usage_at"), -1) }}
                when
                    accounts.source = 'focus_costs'
                    and {{ utc_date("accounts.last_usage_at") }}
                    >= {{ utc_date("accounts.last_loaded_at") }}
                then {{ add_days(utc_date("accounts.last_usage_at"), -1) }}
                when
                    {{ dbt.dateadd("hour", 1, "accounts.last_usage_at") }} >= cast(
                        {{ add_days(utc_date("accounts.last_usage_at"), 1) }}
                        as {{ dbt.type_timestamp() }}
                    )
                then {{ utc_date("accounts.last_usage_at") }}
                else {{ add_days(utc_date("accounts.last_usage_at"), -1) }}
            end as last_complete_date,
            accounts.last_loaded_at
        from accounts
        cross join newest

    )

select *
from final
