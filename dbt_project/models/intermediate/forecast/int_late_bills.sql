{# By how many days each bill ends before the day from which the forecast counts, where it
   is late: what it lacks is forecast as well. A bill within three days of the newest one
   waits for no one, and one that is behind for longer than the var late_bill_days is
   taken for one that has ended. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    freshness as (select * from {{ ref("data_freshness") }}),

    -- Two loaders may read one account: the one that reaches further tells.
    accounts as (

        select
            cloud_provider,
            billing_account_id,
            min(days_behind) as days_behind,
            max(last_complete_date) as last_complete_date
        from freshness
        group by cloud_provider, billing_account_id

    ),

    final as (

        select
            accounts.cloud_provider,
            accounts.billing_account_id,
            {{ dbt.datediff("accounts.last_complete_date", "as_of.as_of_date", "day") }}
            as days_late
        from accounts
        cross join as_of
        where
            accounts.days_behind > 3
            and accounts.days_behind <= {{ var("late_bill_days") }}
            and accounts.last_complete_date < as_of.as_of_date

    )

select *
from final
